package blenderer.submit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something on the submitter's computer stands in the way: code, sentence, next step. */
public final class SubmitException extends RuntimeException {

  private final String code;
  private final String next;
  private final List<String> details;

  public SubmitException(String code, String sentence, String next) {
    this(code, sentence, next, List.of(), null);
  }

  /**
   * Says more than a sentence can.
   *
   * @param details one line for each thing, such as a missing file
   */
  public SubmitException(
      String code, String sentence, String next, List<String> details, @Nullable Throwable cause) {
    super(sentence, cause);
    this.code = code;
    this.next = next;
    this.details = List.copyOf(details);
  }

  /** Stable, in lower case with dashes, such as {@code missing-files}. */
  public String code() {
    return code;
  }

  /** One plain sentence that names the thing. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** What a person can do about it. */
  public String next() {
    return next;
  }

  /** One line for each thing that the sentence counts. */
  public List<String> details() {
    return details;
  }
}
