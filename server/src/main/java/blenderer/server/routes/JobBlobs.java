package blenderer.server.routes;

import blenderer.model.Digest;
import java.util.Collection;
import java.util.Set;

/** Which blobs jobs need; the journal knows. */
public interface JobBlobs {

  /** Every digest that a job needs or made: inputs, outputs, logs. */
  Set<Digest> digestsOf(String job);

  /** Those of {@code digests} that no job needs or made. */
  Set<Digest> unreferenced(Collection<Digest> digests);
}
