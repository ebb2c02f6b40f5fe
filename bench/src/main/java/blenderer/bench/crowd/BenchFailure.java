package blenderer.bench.crowd;

/** A run that did not do what it should; its figures count for nothing. */
final class BenchFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  BenchFailure(String message) {
    super(message);
  }

  static void unless(boolean right, String otherwise) {
    if (!right) {
      throw new BenchFailure(otherwise);
    }
  }
}
