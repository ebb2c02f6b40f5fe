package blenderer.openjd;

import blenderer.openjd.expr.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes jobs of templates and parameter values. */
public final class JobCreation {

  /** The most tasks a step may have; a task's index is an int. */
  public static final long MOST_TASKS = Integer.MAX_VALUE;

  private JobCreation() {}

  /** What became of a job. */
  public sealed interface Result permits Created, Refused {}

  /** A job. */
  public record Created(Job job) implements Result {}

  /**
   * Values that do not go with the template.
   *
   * @param errors everything that is wrong, at least one; the path of a value is {@code
   *     /parameterValues/<name>}, all others point into the template
   */
  public record Refused(List<TemplateError> errors) implements Result {
    public Refused {
      errors = List.copyOf(errors);
    }
  }

  /** As {@link #create(JobTemplate, List, Map)}, without external environments. */
  public static Result create(JobTemplate template, Map<String, String> values) {
    return create(template, List.of(), values);
  }

  /**
   * Resolves everything that does not need a host: parameters, name, ranges, requirements. The same
   * arguments always give a job of the same content (jobs have no equality of their own).
   *
   * @param environments put around the job, outermost first; their parameters become the job's
   * @param values by parameter name; PATH values stay as they are
   */
  public static Result create(
      JobTemplate template, List<EnvironmentTemplate> environments, Map<String, String> values) {
    Problems problems = new Problems();
    List<ParameterDefinition> definitions =
        new ParameterMerge(problems).merge(environments, template);
    if (!problems.isEmpty()) {
      return new Refused(problems.toList());
    }
    List<Job.Parameter> parameters =
        new ParameterValues(problems)
            .choose(definitions, values, template.extensions().contains(Extensions.EXPR));
    if (!problems.isEmpty()) {
      return new Refused(problems.toList());
    }
    Resolution resolution = new Resolution(Symbols.beforeHost(parameters), problems);
    String name = resolution.text(template.name(), "/name").orElse("?");
    String complaint = Letters.LINE.complaint(name, 1, Limits.of(template.extensions()).jobName());
    if (!complaint.isEmpty()) {
      problems.add("/name", "the job's name does not do: " + complaint);
    }
    if (template.extensions().contains(Extensions.EXPR)) {
      resolution = resolution.with("Job.Name", Value.of(name));
    }
    List<Environment> around = new ArrayList<>();
    for (EnvironmentTemplate environment : environments) {
      around.add(environment.environment().forJob(resolution, "/environment"));
    }
    around.addAll(forJob(template.jobEnvironments(), resolution, "/jobEnvironments"));
    checkNames(around, template, problems);
    List<Job.Step> steps = new ArrayList<>();
    for (int i = 0; i < template.steps().size(); i++) {
      step(template.steps().get(i), resolution, "/steps/" + i).ifPresent(steps::add);
    }
    if (!problems.isEmpty()) {
      return new Refused(problems.toList());
    }
    Job job =
        new Job(name, template.description(), template.extensions(), parameters, around, steps);
    if (template.extensions().contains(Extensions.EXPR)) {
      new HostCheck(job, problems).check(environments.size());
    }
    return problems.isEmpty() ? new Created(job) : new Refused(problems.toList());
  }

  private static List<Environment> forJob(
      List<Environment> environments, Resolution resolution, String path) {
    List<Environment> resolved = new ArrayList<>();
    for (int i = 0; i < environments.size(); i++) {
      resolved.add(environments.get(i).forJob(resolution, path + "/" + i));
    }
    return resolved;
  }

  private static void checkNames(
      List<Environment> around, JobTemplate template, Problems problems) {
    Map<String, Integer> seen = new HashMap<>();
    around.forEach(environment -> seen.merge(environment.name(), 1, Integer::sum));
    for (StepTemplate step : template.steps()) {
      step.environments().forEach(e -> seen.merge(e.name(), 1, Integer::sum));
    }
    seen.forEach(
        (name, count) -> {
          if (count > 1) {
            problems.add(
                "", "the environment name '" + name + "' stands " + count + " times; rename one");
          }
        });
  }

  private static Optional<Job.Step> step(StepTemplate step, Resolution job, String path) {
    Resolution resolution = job.inStep(step.name(), step.lets(), path);
    Optional<TaskSpace> tasks =
        new TaskSpaceBuilder(step.parameterSpace(), resolution, path + "/parameterSpace").build();
    if (tasks.isPresent() && tasks.get().size() > MOST_TASKS) {
      resolution.wrong(
          path + "/parameterSpace",
          "the step has "
              + tasks.get().size()
              + " tasks, at most "
              + MOST_TASKS
              + " are possible; shorten its ranges");
    }
    HostRequirements requirements =
        new RequirementBuilder(resolution, path + "/hostRequirements")
            .build(step.hostRequirements());
    List<Environment> environments =
        forJob(step.environments(), resolution, path + "/stepEnvironments");
    StepScript script = step.script().forJob(resolution, path + "/script");
    return tasks.map(
        space ->
            new Job.Step(
                step.name(),
                step.description(),
                step.dependencies(),
                environments,
                requirements,
                space,
                script));
  }
}
