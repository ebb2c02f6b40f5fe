package blenderer.submit;

import blenderer.openjd.range.RangeExpression;
import java.util.List;

/** Frame ranges as people type them. */
public final class SceneFrames {

  private SceneFrames() {}

  /**
   * The canonical form of a range such as {@code 1-20,30,40-50x2}.
   *
   * @throws SubmitException {@code bad-frames}, naming the part that is wrong
   */
  public static String canonical(String typed) {
    try {
      return RangeExpression.parseFrames(typed).toString();
    } catch (IllegalArgumentException e) {
      throw new SubmitException(
          "bad-frames",
          "'" + typed + "' is no range of frames: " + e.getMessage() + ".",
          "Write frames such as 1-20,30,40-50x2.",
          List.of(),
          e);
    }
  }
}
