package blenderer.node.session;

import blenderer.openjd.Job;
import blenderer.openjd.PathUse;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Says where the values of a job's PATH parameters lie in a session: IN and INOUT among the job's
 * files, OUT in the output folder. The only OUT folder of a job is the output folder itself, so
 * that its files are named as the artist named them; several are told apart by their values.
 */
final class PathMapping {

  private final SessionFolder folder;
  private final long written;

  PathMapping(SessionFolder folder, List<Job.Parameter> parameters) {
    this.folder = folder;
    this.written = parameters.stream().filter(PathMapping::isOutput).count();
  }

  private static boolean isOutput(Job.Parameter parameter) {
    PathUse use = parameter.path();
    return use != null && use.dataFlow() == PathUse.DataFlow.OUT;
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
    boolean out = isOutput(parameter);
    Path base = out ? folder.output() : folder.workspace();
    if (out && written == 1 && use.objectType() == PathUse.ObjectType.DIRECTORY) {
      return base.toString();
    }
    if (value.isEmpty()) {
      return out ? base.toString() : "";
    }
    try {
      Path given = Path.of(value);
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
