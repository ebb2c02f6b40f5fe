package blenderer.node.session;

import blenderer.openjd.Directive;

/** Hears what a session's actions print, line by line, on the session's reading thread. */
public interface SessionListener {

  /** A line as it may stand in a log: secrets are hidden already. */
  void line(String line);

  /**
   * What a line told the node, after {@link #line} got it; secrets are hidden. Environment changes
   * are not told.
   */
  void told(Directive directive);

  /** A command ended, on the thread that runs the session, after its last {@link #line}. */
  default void ended(int exitCode) {}
}
