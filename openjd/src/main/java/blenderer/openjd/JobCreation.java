package blenderer.openjd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
   * arguments always give an equal job.
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
    List<Job.Parameter> parameters = new ParameterValues(problems).choose(definitions, values);
    if (!problems.isEmpty()) {
      return new Refused(problems.toList());
    }
    Map<String, String> symbols = Symbols.beforeHost(parameters);
    String name = template.name().resolve(symbols);
    String complaint = Letters.LINE.complaint(name, 1, Limits.of(template.extensions()).jobName());
    if (!complaint.isEmpty()) {
      problems.add("/name", "the job's name does not do: " + complaint);
    }
    List<Environment> around = new ArrayList<>();
    environments.forEach(environment -> around.add(environment.environment()));
    around.addAll(template.jobEnvironments());
    checkNames(around, template, problems);
    List<Job.Step> steps = new ArrayList<>();
    for (int i = 0; i < template.steps().size(); i++) {
      step(template.steps().get(i), symbols, "/steps/" + i, problems).ifPresent(steps::add);
    }
    if (!problems.isEmpty()) {
      return new Refused(problems.toList());
    }
    return new Created(
        new Job(name, template.description(), template.extensions(), parameters, around, steps));
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

  private static Optional<Job.Step> step(
      StepTemplate step, Map<String, String> symbols, String path, Problems problems) {
    Optional<TaskSpace> tasks =
        new TaskSpaceBuilder(step.parameterSpace(), symbols, path + "/parameterSpace", problems)
            .build();
    if (tasks.isPresent() && tasks.get().size() > MOST_TASKS) {
      problems.add(
          path + "/parameterSpace",
          "the step has "
              + tasks.get().size()
              + " tasks, at most "
              + MOST_TASKS
              + " are possible; shorten its ranges");
    }
    HostRequirements requirements =
        requirements(step.hostRequirements(), symbols, path + "/hostRequirements", problems);
    return tasks.map(
        space ->
            new Job.Step(
                step.name(),
                step.description(),
                step.dependencies(),
                step.environments(),
                requirements,
                space,
                step.script()));
  }

  private static HostRequirements requirements(
      RequirementsTemplate template, Map<String, String> symbols, String path, Problems problems) {
    List<HostRequirements.Amount> amounts = new ArrayList<>();
    for (int i = 0; i < template.amounts().size(); i++) {
      RequirementsTemplate.Amount amount = template.amounts().get(i);
      String name = amount.name().resolve(symbols);
      note(problems, path + "/amounts/" + i + "/name", Capabilities.nameComplaint(name, true));
      amounts.add(
          new HostRequirements.Amount(name.toLowerCase(Locale.ROOT), amount.min(), amount.max()));
    }
    List<HostRequirements.Attribute> attributes = new ArrayList<>();
    for (int i = 0; i < template.attributes().size(); i++) {
      RequirementsTemplate.Attribute attribute = template.attributes().get(i);
      String at = path + "/attributes/" + i;
      String name = attribute.name().resolve(symbols);
      note(problems, at + "/name", Capabilities.nameComplaint(name, false));
      attributes.add(
          new HostRequirements.Attribute(
              name.toLowerCase(Locale.ROOT),
              values(attribute.anyOf(), name, symbols, at + "/anyOf", problems),
              values(attribute.allOf(), name, symbols, at + "/allOf", problems)));
      if (Capabilities.isSingleValued(name) && attribute.allOf().size() > 1) {
        problems.add(at, "a host has one value of " + name + ", so 'allOf' cannot name two");
      }
    }
    checkOnce(amounts, attributes, path, problems);
    return new HostRequirements(amounts, attributes);
  }

  private static void checkOnce(
      List<HostRequirements.Amount> amounts,
      List<HostRequirements.Attribute> attributes,
      String path,
      Problems problems) {
    List<String> names = new ArrayList<>();
    amounts.forEach(amount -> names.add(amount.name()));
    attributes.forEach(attribute -> names.add(attribute.name()));
    for (int i = 0; i < names.size(); i++) {
      if (names.indexOf(names.get(i)) < i) {
        problems.add(path, "the capability '" + names.get(i) + "' stands twice; remove one");
      }
    }
  }

  private static List<String> values(
      List<FormatString> templates,
      String name,
      Map<String, String> symbols,
      String path,
      Problems problems) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < templates.size(); i++) {
      String value = templates.get(i).resolve(symbols);
      note(problems, path + "/" + i, Capabilities.valueComplaint(name, value));
      values.add(value.toLowerCase(Locale.ROOT));
    }
    return values;
  }

  private static void note(Problems problems, String path, String complaint) {
    if (!complaint.isEmpty()) {
      problems.add(path, complaint);
    }
  }
}
