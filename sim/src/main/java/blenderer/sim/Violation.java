package blenderer.sim;

/** A broken promise of the farm: the run ends here. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String invariant;

  Violation(String invariant, String message) {
    super(invariant + ": " + message);
    this.invariant = invariant;
  }

  /** Which one, such as {@code INV-3}. */
  public String invariant() {
    return invariant;
  }
}
