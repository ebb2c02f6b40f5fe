package blenderer.openjd;

/**
 * One thing that is wrong with a template or with the values given to it.
 *
 * @param path where, as a JSON pointer such as {@code /steps/0/name}; empty for the whole document
 * @param line the line of the document, from 1; 0 where there is none to name
 * @param message one plain sentence that names the thing and says how to mend it
 */
public record TemplateError(String path, int line, String message) {

  /** One line for a person: the place, then the sentence. */
  @Override
  public String toString() {
    if (line == 0) {
      return path.isEmpty() ? message : path + ": " + message;
    }
    return "line " + line + (path.isEmpty() ? "" : ", " + path) + ": " + message;
  }
}
