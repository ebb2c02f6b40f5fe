package blenderer.node.outbox;

import blenderer.model.Digest;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/** Where results are uploaded to. Methods throw {@code FarmException} as the farm's client does. */
public interface BlobSink {

  /** Which of these the farm lacks; those it has, it keeps for a day. */
  Set<Digest> missing(Collection<Digest> digests);

  /** Sends a file; goes on where an earlier call stopped. */
  void upload(Digest digest, long size, Path file);
}
