package blenderer.openjd;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session sets up before tasks and takes down after them (§4).
 *
 * @param description empty: none
 * @param variables set before {@code onEnter} and for everything that runs until {@code onExit}
 *     ended
 * @param onEnter null: nothing to run
 * @param onExit null: nothing to run
 * @param embeddedFiles written before either action; {@code Env.File.<name>} is a file's path
 * @param names what its actions and files see besides symbols (extension EXPR)
 */
public record Environment(
    String name,
    String description,
    SequencedMap<String, FormatString> variables,
    @Nullable Action onEnter,
    @Nullable Action onExit,
    List<EmbeddedFile> embeddedFiles,
    Let.Names names) {

  public Environment {
    variables = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(variables));
    embeddedFiles = List.copyOf(embeddedFiles);
  }

  /** The environment of a job: the durations of its actions are numbers. */
  Environment forJob(Resolution resolution, String path) {
    String actions = path + "/script/actions";
    return new Environment(
        name,
        description,
        variables,
        onEnter == null ? null : onEnter.forJob(resolution, actions + "/onEnter"),
        onExit == null ? null : onExit.forJob(resolution, actions + "/onExit"),
        embeddedFiles,
        names.inside(resolution.names()));
  }

  /**
   * The variables' values, in the order in which they were written.
   *
   * @throws IllegalArgumentException naming a reference that {@code symbols} lacks
   */
  public SequencedMap<String, String> resolveVariables(Symbols symbols) {
    Symbols inside = symbols.bounded().with(names.known());
    SequencedMap<String, String> resolved = new LinkedHashMap<>();
    variables.forEach((name, value) -> resolved.put(name, value.resolve(inside)));
    return resolved;
  }
}
