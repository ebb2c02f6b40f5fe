package blenderer.openjd;

import java.util.List;

/**
 * A step as a template defines it (§3).
 *
 * @param description empty: none
 * @param dependencies the names of the steps that must have succeeded wholly before
 * @param parameterSpace empty definitions: the step is one task
 */
public record StepTemplate(
    String name,
    String description,
    List<String> dependencies,
    List<Environment> environments,
    RequirementsTemplate hostRequirements,
    ParameterSpaceTemplate parameterSpace,
    StepScript script) {

  public StepTemplate {
    dependencies = List.copyOf(dependencies);
    environments = List.copyOf(environments);
  }
}
