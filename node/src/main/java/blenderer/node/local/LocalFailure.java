package blenderer.node.local;

/** Why a local run cannot begin, for the person who wants it. */
final class LocalFailure extends Exception {

  private static final long serialVersionUID = 1L;

  /** It was tried and does not work. */
  static final int FAILED = 1;

  /** The command line makes no sense. */
  static final int WRONG_USE = 2;

  private final int exitCode;
  private final String code;
  private final String next;

  /**
   * @param code stable, in lower case with dashes
   * @param sentence plain, naming the thing
   * @param next what to do
   */
  LocalFailure(int exitCode, String code, String sentence, String next) {
    super(sentence);
    this.exitCode = exitCode;
    this.code = code;
    this.next = next;
  }

  int exitCode() {
    return exitCode;
  }

  /** For the terminal. */
  String print() {
    return "error [" + code + "] " + getMessage() + "\n  next: " + next;
  }
}
