package blenderer.node.sandbox;

import java.io.IOException;
import java.util.OptionalLong;

/** Opens a box for each session of a node. */
public interface Sandbox {

  /** What it is, and why it is no better. */
  SandboxStatus status();

  /**
   * Prepares a box; nothing runs in it yet.
   *
   * @throws IOException when the system does not give what a box needs
   */
  SessionBox open(BoxPlan plan) throws IOException;

  /**
   * How much memory a renderer may hold before it should start afresh, so as not to hit the limit
   * of its session; empty: half of the computer's is well below that limit.
   */
  OptionalLong recycleBytes();
}
