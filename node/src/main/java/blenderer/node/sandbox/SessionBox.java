package blenderer.node.sandbox;

import blenderer.node.os.ProcessControl;

/** The wall around one session. */
public interface SessionBox extends AutoCloseable {

  /**
   * Starts processes inside the box, with their paths as they are outside. Its actions tell by
   * {@link blenderer.node.os.RunningAction#breach} when a limit ended them. All else works from
   * outside.
   */
  ProcessControl control();

  /**
   * Ends whatever runs in the box; nothing is left when this returns. Repeating it does nothing.
   */
  @Override
  void close();
}
