package blenderer.node.session;

/** How an action, or the entering of all environments, ended. */
public sealed interface ActionEnd {

  /** Exit code 0 and nothing to complain about. */
  record Succeeded() implements ActionEnd {}

  /**
   * It failed; the session can run nothing more.
   *
   * @param code stable, in lower case with dashes; the action's own if it named one
   * @param message one plain sentence
   */
  record Failed(String code, String message) implements ActionEnd {}

  /** It was cancelled from outside; the session can run nothing more. */
  record Cancelled() implements ActionEnd {}
}
