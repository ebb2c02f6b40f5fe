package blenderer.submit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Looks for what would make a job fail or render something else, before anything is uploaded. */
public final class Preflight {

  private static final int MOST_LINES = 50;

  private Preflight() {}

  /**
   * Passes, or says everything that is wrong of the first kind that is wrong.
   *
   * @throws SubmitException {@code missing-files}, {@code unsupported-files} or a code of the trace
   */
  public static void check(SceneTrace trace, boolean allowMissing) {
    if (!trace.blockers().isEmpty()) {
      SceneTrace.Blocker first = trace.blockers().getFirst();
      throw new SubmitException(first.code(), first.sentence(), first.next());
    }
    if (allowMissing) {
      return;
    }
    String scene = "'" + trace.scene().getFileName() + "'";
    if (!trace.missing().isEmpty()) {
      throw new SubmitException(
          "missing-files",
          count(trace.missing(), "file") + " of the scene " + scene + " cannot be found.",
          "Put them back or mend the paths in the scene; --allow-missing renders without them.",
          lines(trace.missing()),
          null);
    }
    if (!trace.others().isEmpty()) {
      throw new SubmitException(
          "unsupported-files",
          "The scene "
              + scene
              + " uses "
              + count(trace.others(), "file")
              + " in places where a node could not find them.",
          "Pack or bake them into the scene; --allow-missing renders without them.",
          lines(trace.others()),
          null);
    }
  }

  private static String count(List<?> things, String name) {
    return things.size() + " " + name + (things.size() == 1 ? "" : "s");
  }

  private static List<String> lines(List<SceneTrace.TracedFile> files) {
    List<String> lines =
        files.stream()
            .limit(MOST_LINES)
            .map(SceneTrace.TracedFile::describe)
            .collect(Collectors.toCollection(ArrayList::new));
    if (files.size() > MOST_LINES) {
      lines.add("and " + (files.size() - MOST_LINES) + " more");
    }
    return lines;
  }
}
