package blenderer.node.sandbox;

import blenderer.model.Permission;

/**
 * Whether sessions of this node run behind a wall.
 *
 * @param reason one plain sentence: what keeps the wall up, or why there is none
 */
public record SandboxStatus(Kind kind, String reason) {

  /** What stands between a session and the computer. */
  public enum Kind {
    /** A namespace of its own by bubblewrap, tried at the node's start. */
    BUBBLEWRAP,
    /** Nothing, although it is wanted. */
    MISSING,
    /** Nothing, because the node's owner said so. */
    SWITCHED_OFF
  }

  /** The kind as it stands in a node's facts, in lower case. */
  public String word() {
    return switch (kind) {
      case BUBBLEWRAP -> "bubblewrap";
      case MISSING -> "none";
      case SWITCHED_OFF -> "off";
    };
  }

  /**
   * How far this node lets jobs go.
   *
   * @param commandsAllowed whether its owner lets any command run
   */
  public Permission permits(boolean commandsAllowed) {
    if (kind == Kind.MISSING) {
      return Permission.TEMPLATES;
    }
    return commandsAllowed ? Permission.COMMANDS : Permission.SCRIPTS;
  }

  /** As a node tells it to its farm, such as {@code none: bubblewrap is not installed}. */
  @Override
  public String toString() {
    return word() + ": " + reason;
  }
}
