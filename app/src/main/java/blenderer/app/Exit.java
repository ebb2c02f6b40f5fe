package blenderer.app;

/** What the process's exit code tells a script. These numbers are stable. */
public final class Exit {
  /** What was asked for is done. */
  public static final int DONE = 0;

  /** It was tried and did not work. */
  public static final int FAILED = 1;

  /** The command line makes no sense, or something it needs is missing on this machine. */
  public static final int WRONG_USE = 2;

  /** The server cannot be reached, is not the expected one, or does not allow this. */
  public static final int NOT_REACHED = 3;

  private Exit() {}
}
