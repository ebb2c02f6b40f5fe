package blenderer.node.sandbox;

import blenderer.model.Failure;
import blenderer.node.os.ProcessControl;
import java.util.Optional;

/** The wall around one session. */
public interface SessionBox extends AutoCloseable {

  /**
   * Starts processes inside the box, with their paths as they are outside. Its actions tell by
   * {@link blenderer.node.os.RunningAction#breach} when a limit ended them. All else works from
   * outside.
   */
  ProcessControl control();

  /** Counts for nobody what the node itself adds to the session's folder from now on. */
  void bring(long bytes, long files);

  /**
   * The limit that results of so many bytes are beyond; empty: they may be taken out of the box. A
   * file with holes counts as if they were full: whoever takes it reads every byte.
   */
  Optional<Failure> tooLarge(long bytes);

  /**
   * How much processor time the processes that run in it now have used, with what of theirs has
   * ended.
   */
  long cpuMillis();

  /**
   * Ends whatever runs in the box; nothing is left when this returns. Repeating it does nothing.
   */
  @Override
  void close();
}
