package blenderer.node;

/** Why a node cannot start or go on, for the person who started it. */
public final class NodeFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final String code;
  private final String next;

  /**
   * @param exitCode 1: failed, 2: wrong use, 3: cannot reach or not allowed
   * @param code stable, in lower case with dashes
   * @param sentence plain, naming the thing
   * @param next what to do
   */
  NodeFailure(int exitCode, String code, String sentence, String next) {
    super(sentence);
    this.exitCode = exitCode;
    this.code = code;
    this.next = next;
  }

  public int exitCode() {
    return exitCode;
  }

  public String code() {
    return code;
  }

  public String next() {
    return next;
  }

  /** For the terminal. */
  public String print() {
    return "error [" + code + "] " + getMessage() + "\n  next: " + next;
  }
}
