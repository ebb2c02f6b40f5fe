package blenderer.node.session;

import blenderer.openjd.Job;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a session is for.
 *
 * @param id unique on this node; also the mark of its processes
 * @param nodeFolder the node's data folder, the mark of all its processes
 * @param path the PATH that actions begin with
 * @param variables further variables for all actions, such as where the renderer lies
 */
public record SessionPlan(
    String id,
    Job job,
    Job.Step step,
    Path nodeFolder,
    String path,
    Map<String, String> variables) {

  /** The variable whose value is a node's data folder. */
  public static final String NODE_MARK = "BLENDERER_NODE";

  /** The variable whose value is a session's id. */
  public static final String SESSION_MARK = "BLENDERER_SESSION";

  public SessionPlan {
    variables = Map.copyOf(variables);
  }
}
