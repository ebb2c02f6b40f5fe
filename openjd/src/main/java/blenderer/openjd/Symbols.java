package blenderer.openjd;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The values that format strings see on the host of a session. Immutable: each {@code with} returns
 * more symbols and leaves these as they are, so that a session keeps its own and adds those of an
 * action for the time it runs.
 */
public final class Symbols {

  private final Map<String, String> values;

  private Symbols(Map<String, String> values) {
    this.values = values;
  }

  /**
   * The job's parameters: {@code Param.X} and {@code RawParam.X}.
   *
   * @param mapPath says where the value of a PATH parameter lies on this host; not asked for others
   */
  public static Symbols ofJob(
      List<Job.Parameter> parameters, Function<Job.Parameter, String> mapPath) {
    Map<String, String> values = new HashMap<>();
    for (Job.Parameter parameter : parameters) {
      values.put("RawParam." + parameter.name(), parameter.value());
      values.put(
          "Param." + parameter.name(),
          parameter.type() == ParameterType.PATH ? mapPath.apply(parameter) : parameter.value());
    }
    return new Symbols(values);
  }

  /** What is known before there is a host: all but {@code Param.X} of PATH parameters. */
  static Map<String, String> beforeHost(List<Job.Parameter> parameters) {
    Symbols symbols = ofJob(parameters, Job.Parameter::value);
    for (Job.Parameter parameter : parameters) {
      if (parameter.type() == ParameterType.PATH) {
        symbols.values.remove("Param." + parameter.name());
      }
    }
    return symbols.map();
  }

  /**
   * Adds {@code Session.*}.
   *
   * @param workingDirectory absolute, on this host
   * @param rulesFile the path mapping rules file; it exists even when it holds no rules
   */
  public Symbols withSession(
      String workingDirectory, boolean hasPathMappingRules, String rulesFile) {
    return with(
        Map.of(
            "Session.WorkingDirectory", workingDirectory,
            "Session.HasPathMappingRules", Boolean.toString(hasPathMappingRules),
            "Session.PathMappingRulesFile", rulesFile));
  }

  /**
   * Adds {@code Task.Param.X} and {@code Task.RawParam.X}.
   *
   * @param taskValues of {@link TaskSpace#task} or {@link TaskSpace#chunk}
   * @param mapPath maps the values of PATH parameters
   */
  public Symbols withTask(
      TaskSpace space, Map<String, String> taskValues, UnaryOperator<String> mapPath) {
    Map<String, String> more = new HashMap<>();
    for (TaskSpace.Parameter parameter : space.parameters()) {
      String value = taskValues.get(parameter.name());
      if (value == null) {
        throw new IllegalArgumentException(
            "the task parameter '" + parameter.name() + "' has no value");
      }
      more.put("Task.RawParam." + parameter.name(), value);
      more.put(
          "Task.Param." + parameter.name(),
          parameter.type() == TaskParameterType.PATH ? mapPath.apply(value) : value);
    }
    return with(more);
  }

  /** Adds {@code Env.File.X}; {@code paths} says where each embedded file was written. */
  public Symbols withEnvironmentFiles(Map<String, String> paths) {
    return withPrefix("Env.File.", paths);
  }

  /** Adds {@code Task.File.X}; {@code paths} says where each embedded file was written. */
  public Symbols withTaskFiles(Map<String, String> paths) {
    return withPrefix("Task.File.", paths);
  }

  private Symbols withPrefix(String prefix, Map<String, String> paths) {
    Map<String, String> more = new HashMap<>();
    paths.forEach((name, path) -> more.put(prefix + name, path));
    return with(more);
  }

  private Symbols with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(values);
    all.putAll(more);
    return new Symbols(all);
  }

  /** As {@link FormatString#resolve} takes them. */
  public Map<String, String> map() {
    return Collections.unmodifiableMap(values);
  }
}
