package blenderer.node.agent;

import blenderer.api.BlobSource;
import blenderer.api.FarmClient;
import blenderer.api.LiveLogs;
import blenderer.api.NodeSync;
import blenderer.api.SyncLine;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/** The farm over HTTPS. */
public final class ClientLink implements FarmLink {

  private final FarmClient client;

  /**
   * @param client closed with this
   */
  public ClientLink(FarmClient client) {
    this.client = client;
  }

  @Override
  public Set<Digest> missing(Collection<Digest> digests) {
    return client.missing(digests);
  }

  @Override
  public void upload(Digest digest, long size, Path file) {
    client.uploadBlob(digest, size, BlobSource.file(file), TransferProgress.NONE);
  }

  @Override
  public void fetch(Digest digest, Path target) {
    client.downloadBlob(digest, target, TransferProgress.NONE);
  }

  @Override
  public LiveLogs.Wanted tell(LiveLogs.Told told) {
    return client.tellLogs(told);
  }

  @Override
  public Line openLine() {
    SyncLine line = client.syncLine();
    return new Line() {
      @Override
      public NodeSync.Answer sync(NodeSync.Request request) {
        return line.sync(request);
      }

      @Override
      public void close() {
        line.close();
      }
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
