package blenderer.openjd;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job: a template and its parameter values, with everything resolved that can be before a host is
 * known. What remains are the format strings of scripts and environments.
 *
 * @param description empty: none
 * @param environments around every session, outermost first; external ones before the job's own
 */
public record Job(
    String name,
    String description,
    Set<String> extensions,
    List<Parameter> parameters,
    List<Environment> environments,
    List<Step> steps) {

  public Job {
    extensions = Set.copyOf(extensions);
    parameters = List.copyOf(parameters);
    environments = List.copyOf(environments);
    steps = List.copyOf(steps);
  }

  /**
   * A job parameter's value.
   *
   * @param value as given, or the default; a PATH is not mapped and may be relative
   * @param path null for all types but PATH
   */
  public record Parameter(String name, ParameterType type, String value, @Nullable PathUse path) {}

  /**
   * A step.
   *
   * @param description empty: none
   * @param dependencies the names of the steps that must have succeeded wholly before
   * @param environments the step's own, inside those of the job, outermost first
   * @param tasks at least one
   */
  public record Step(
      String name,
      String description,
      List<String> dependencies,
      List<Environment> environments,
      HostRequirements hostRequirements,
      TaskSpace tasks,
      StepScript script) {
    public Step {
      dependencies = List.copyOf(dependencies);
      environments = List.copyOf(environments);
    }
  }

  /**
   * The step of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Step step(String stepName) {
    return steps.stream()
        .filter(step -> step.name().equals(stepName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the job has no step '" + stepName + "'"));
  }

  /** What a session for {@code step} enters, in this order, and leaves in reverse. */
  public List<Environment> environmentsAround(Step step) {
    List<Environment> all = new ArrayList<>(environments);
    all.addAll(step.environments());
    return all;
  }
}
