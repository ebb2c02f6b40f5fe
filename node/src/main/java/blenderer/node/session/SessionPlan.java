package blenderer.node.session;

import blenderer.openjd.Job;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a session is for.
 *
 * @param id unique on this node; also the mark of its processes
 * @param step the first step that runs in it
 * @param nodeFolder the node's data folder, the mark of all its processes
 * @param path the PATH that actions begin with
 * @param variables further variables for all actions, such as where the renderer lies; they win
 *     over HOME, TMPDIR and LANG, which are the session's own otherwise
 * @param places where the job's PATH parameters lie
 * @param rules for the values of PATH parameters of job and tasks
 */
public record SessionPlan(
    String id,
    Job job,
    Job.Step step,
    Path nodeFolder,
    String path,
    Map<String, String> variables,
    Places places,
    PathRules rules) {

  /** The variable whose value is a node's data folder. */
  public static final String NODE_MARK = "BLENDERER_NODE";

  /** The variable whose value is a session's id. */
  public static final String SESSION_MARK = "BLENDERER_SESSION";

  /** Where the values of a job's PATH parameters lie. */
  public enum Places {
    /** Those that the job reads or writes lie in the session's own folders, the rest anywhere. */
    IN_SESSION,
    /** Wherever their values say. */
    AS_GIVEN
  }

  public SessionPlan {
    variables = Map.copyOf(variables);
  }

  /** A farm's session: the job's files lie in it. */
  public SessionPlan(
      String id,
      Job job,
      Job.Step step,
      Path nodeFolder,
      String path,
      Map<String, String> variables) {
    this(id, job, step, nodeFolder, path, variables, Places.IN_SESSION, PathRules.NONE);
  }
}
