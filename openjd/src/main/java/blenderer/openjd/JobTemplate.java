package blenderer.openjd;

import java.util.List;
import java.util.Set;

/**
 * A job template whose every sentence was checked, waiting for parameter values (§1.1).
 *
 * @param origin where it came from, for messages, such as a file's name
 * @param description empty: none
 */
public record JobTemplate(
    String origin,
    Set<String> extensions,
    FormatString name,
    String description,
    List<ParameterDefinition> parameters,
    List<Environment> jobEnvironments,
    List<StepTemplate> steps) {

  public JobTemplate {
    extensions = Set.copyOf(extensions);
    parameters = List.copyOf(parameters);
    jobEnvironments = List.copyOf(jobEnvironments);
    steps = List.copyOf(steps);
  }
}
