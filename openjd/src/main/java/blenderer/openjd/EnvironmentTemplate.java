package blenderer.openjd;

import java.util.List;
import java.util.Set;

/**
 * An environment that is put around other people's jobs (§1.2).
 *
 * @param origin where it came from, for messages, such as a file's name
 */
public record EnvironmentTemplate(
    String origin,
    Set<String> extensions,
    List<ParameterDefinition> parameters,
    Environment environment) {

  public EnvironmentTemplate {
    extensions = Set.copyOf(extensions);
    parameters = List.copyOf(parameters);
  }
}
