package blenderer.openjd;

/**
 * A text file that a template carries (§6). Written anew before every action of its script,
 * readable by the session's user only.
 *
 * @param name how format strings refer to it
 * @param filename a plain file name; empty: the session chooses one
 * @param runnable whether it gets the executable bit
 */
public record EmbeddedFile(
    String name, String filename, boolean runnable, FormatString data, LineEnds lineEnds) {

  /** How the lines of a file end. */
  public enum LineEnds {
    /** As written. */
    AUTO,
    LF,
    CRLF
  }

  /**
   * The file's content.
   *
   * @throws IllegalArgumentException naming a reference that {@code symbols} lacks
   */
  public String resolveData(Symbols symbols) {
    String text = data.resolve(symbols);
    return switch (lineEnds) {
      case AUTO -> text;
      case LF -> text.replace("\r\n", "\n");
      case CRLF -> text.replace("\r\n", "\n").replace("\n", "\r\n");
    };
  }
}
