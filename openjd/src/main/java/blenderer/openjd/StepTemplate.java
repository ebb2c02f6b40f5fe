package blenderer.openjd;

import java.util.List;

/**
 * A step as a template defines it (§3).
 *
 * @param description empty: none
 * @param lets names for its environments, requirements, tasks and script; extension EXPR
 * @param dependencies the names of the steps that must have succeeded wholly before
 * @param parameterSpace empty definitions: the step is one task
 */
public record StepTemplate(
    String name,
    String description,
    List<Let> lets,
    List<String> dependencies,
    List<Environment> environments,
    RequirementsTemplate hostRequirements,
    ParameterSpaceTemplate parameterSpace,
    StepScript script) {

  public StepTemplate {
    lets = List.copyOf(lets);
    dependencies = List.copyOf(dependencies);
    environments = List.copyOf(environments);
  }
}
