package blenderer.openjd.expr;

/**
 * Operations that several evaluations share, so that many expressions together are as bounded as
 * one. For one thread.
 */
public final class Budget {

  private final long all;
  private long left;

  /** So many operations. */
  public Budget(long operations) {
    all = operations;
    left = operations;
  }

  long all() {
    return all;
  }

  long left() {
    return left;
  }

  void spend(long operations) {
    left -= operations;
  }
}
