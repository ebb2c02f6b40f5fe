package blenderer.submit;

import blenderer.api.BlobSource;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of a farm a submit and a download need; the contract of each is {@link FarmClient}'s. */
interface Shelf {

  Set<Digest> missing(Collection<Digest> digests);

  void upload(Digest digest, long size, BlobSource source, TransferProgress progress);

  Jobs.Job submit(Jobs.Submit job, String idempotencyKey);

  Jobs.OutputPage outputs(String job, @Nullable String after);

  void download(Digest digest, Path target, TransferProgress progress);

  /** The farm behind a client. */
  static Shelf of(FarmClient client) {
    return new Shelf() {
      @Override
      public Set<Digest> missing(Collection<Digest> digests) {
        return client.missing(digests);
      }

      @Override
      public void upload(Digest digest, long size, BlobSource source, TransferProgress progress) {
        client.uploadBlob(digest, size, source, progress);
      }

      @Override
      public Jobs.Job submit(Jobs.Submit job, String idempotencyKey) {
        return client.submit(job, idempotencyKey);
      }

      @Override
      public Jobs.OutputPage outputs(String job, @Nullable String after) {
        return client.outputs(job, after, Duration.ZERO);
      }

      @Override
      public void download(Digest digest, Path target, TransferProgress progress) {
        client.downloadBlob(digest, target, progress);
      }
    };
  }
}
