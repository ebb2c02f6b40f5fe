package blenderer.node.sandbox;

import blenderer.node.os.ProcessControl;

/** No wall: sessions are ordinary processes. */
final class Unwalled implements Sandbox {

  private final ProcessControl outside;
  private final SandboxStatus status;

  Unwalled(ProcessControl outside, Limits limits, SandboxStatus status) {
    this.outside = outside;
    this.status = status;
  }

  @Override
  public SandboxStatus status() {
    return status;
  }

  @Override
  public SessionBox open(BoxPlan plan) {
    return new SessionBox() {
      @Override
      public ProcessControl control() {
        return outside;
      }

      @Override
      public void close() {
        outside.killMarked(plan.mark());
      }
    };
  }
}
