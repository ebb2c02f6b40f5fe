package blenderer.node.session;

import blenderer.openjd.Job;
import blenderer.openjd.PathUse;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Says where the values of a job's PATH parameters lie in a session. */
final class PathMapping {

  private final SessionFolder folder;

  PathMapping(SessionFolder folder) {
    this.folder = folder;
  }

  /**
   * @throws IllegalArgumentException with a sentence for a person, when the value leads out of the
   *     session
   */
  String map(Job.Parameter parameter) {
    PathUse use = parameter.path();
    String value = parameter.value();
    if (use == null || use.dataFlow() == PathUse.DataFlow.NONE) {
      return value;
    }
    boolean written = use.dataFlow() == PathUse.DataFlow.OUT;
    Path base = written ? folder.output() : folder.workspace();
    if (value.isEmpty()) {
      return written ? base.toString() : "";
    }
    try {
      Path given = Path.of(value);
      if (written && given.isAbsolute()) {
        return base.toString();
      }
      Path mapped = base.resolve(given).normalize();
      if (!given.isAbsolute() && mapped.startsWith(base)) {
        return mapped.toString();
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "the value '"
            + value
            + "' of the parameter "
            + parameter.name()
            + " leads out of the job's own files");
  }
}
