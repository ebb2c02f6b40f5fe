package blenderer.node.session;

import blenderer.openjd.Directive;

/** Hears what a session's actions print, line by line, on the session's reading thread. */
public interface SessionListener {

  /** A line as it may stand in a log: secrets are hidden already. */
  void line(String line);

  /** What a line told the node, after {@link #line} got it. Environment changes are not told. */
  void told(Directive directive);
}
