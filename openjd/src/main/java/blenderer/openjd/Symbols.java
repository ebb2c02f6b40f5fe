package blenderer.openjd;

import blenderer.openjd.expr.Budget;
import blenderer.openjd.expr.Evaluation;
import blenderer.openjd.expr.ExpressionError;
import blenderer.openjd.expr.PathFlavour;
import blenderer.openjd.expr.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values that format strings see. Immutable: each {@code with} returns more symbols and leaves
 * these as they are, so that a session keeps its own and adds those of an action for the time it
 * runs.
 */
public final class Symbols {

  /** What all expressions of a template, of a new job or of an action may need together. */
  static final long OPERATIONS = 5 * Evaluation.OPERATIONS;

  private final Map<String, Value> values;
  private final Evaluation evaluation;

  private Symbols(Map<String, Value> values, Evaluation evaluation) {
    this.values = Map.copyOf(values);
    this.evaluation = evaluation;
  }

  /** Texts by name, for what needs no types. */
  static Symbols of(Map<String, String> texts) {
    Map<String, Value> values = new HashMap<>();
    texts.forEach((name, text) -> values.put(name, Value.of(text)));
    return new Symbols(values, Evaluation.TEMPLATE);
  }

  static Symbols of(Map<String, Value> values, Evaluation evaluation) {
    return new Symbols(values, evaluation);
  }

  /**
   * What a session of a job sees: {@code Param.X}, {@code RawParam.X} and {@code Job.Name}.
   *
   * @param mapParameter says where the value of a PATH parameter lies on this host; not asked for
   *     others
   * @param rules maps any path by the session's path mapping rules
   */
  public static Symbols ofJob(
      Job job, Function<Job.Parameter, String> mapParameter, UnaryOperator<String> rules) {
    Map<String, Value> values = new HashMap<>();
    for (Job.Parameter parameter : job.parameters()) {
      values.put("RawParam." + parameter.name(), TypedText.raw(parameter));
      values.put("Param." + parameter.name(), TypedText.mapped(parameter, mapParameter, rules));
    }
    values.put("Job.Name", Value.of(job.name()));
    return new Symbols(values, Evaluation.onHost(PathFlavour.POSIX, rules));
  }

  /** What is known before there is a host: all but {@code Param.X} of paths. */
  static Symbols beforeHost(List<Job.Parameter> parameters) {
    Map<String, Value> values = new HashMap<>();
    for (Job.Parameter parameter : parameters) {
      Value raw = TypedText.raw(parameter);
      values.put("RawParam." + parameter.name(), raw);
      if (!parameter.type().isPath()) {
        values.put("Param." + parameter.name(), raw);
      }
    }
    return new Symbols(values, Evaluation.TEMPLATE).bounded();
  }

  /** The same with operations of their own, which everything resolved with them shares. */
  Symbols bounded() {
    return new Symbols(values, evaluation.sharing(new Budget(OPERATIONS)));
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
            "Session.WorkingDirectory", Value.path(workingDirectory),
            "Session.HasPathMappingRules", Value.of(hasPathMappingRules),
            "Session.PathMappingRulesFile", Value.path(rulesFile)));
  }

  /**
   * What an environment's actions and files see; for one action, in one thread.
   *
   * @param files where each of its embedded files was written, by name
   * @throws IllegalArgumentException with a plain sentence, when a name that it lets stand for an
   *     expression has no value
   */
  public Symbols inEnvironment(Environment environment, Map<String, String> files) {
    return bounded().withFiles("Env.File.", files).with(environment.names());
  }

  /**
   * What a task's action and files see; for one action, in one thread.
   *
   * @param taskValues of {@link TaskSpace#task} or {@link TaskSpace#chunk}
   * @param mapPath maps the values of PATH parameters
   * @param files where each of the script's embedded files was written, by name
   * @throws IllegalArgumentException as {@link #inEnvironment}
   */
  public Symbols inTask(
      Job.Step step,
      Map<String, String> taskValues,
      UnaryOperator<String> mapPath,
      Map<String, String> files) {
    Map<String, Value> more = new HashMap<>();
    for (TaskSpace.Parameter parameter : step.tasks().parameters()) {
      String text = taskValues.get(parameter.name());
      if (text == null) {
        throw new IllegalArgumentException(
            "the task parameter '" + parameter.name() + "' has no value");
      }
      boolean path = parameter.type() == TaskParameterType.PATH;
      Value raw = TypedText.task(parameter.type(), text);
      more.put("Task.RawParam." + parameter.name(), raw);
      more.put("Task.Param." + parameter.name(), path ? Value.path(mapPath.apply(text)) : raw);
    }
    return bounded().with(more).withFiles("Task.File.", files).with(step.script().names());
  }

  /** The same for a host that is not known yet, with paths of which only the type is known. */
  Symbols onSomeHost(List<Job.Parameter> parameters, Evaluation someHost) {
    Map<String, Value> more = new HashMap<>();
    for (Job.Parameter parameter : parameters) {
      if (parameter.type().isPath()) {
        more.put("Param." + parameter.name(), Value.unresolved(TypedText.type(parameter.type())));
      }
    }
    return new Symbols(with(more).values, someHost);
  }

  private Symbols withFiles(String prefix, Map<String, String> paths) {
    Map<String, Value> more = new HashMap<>();
    paths.forEach((name, path) -> more.put(prefix + name, Value.path(path)));
    return with(more);
  }

  Symbols with(Map<String, Value> more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, Value> all = new HashMap<>(values);
    all.putAll(more);
    return new Symbols(all, evaluation);
  }

  /** Adds names and the values of their expressions, in order. */
  Symbols with(Let.Names names) {
    Symbols all = with(names.known());
    long bytes = 0;
    for (Let let : names.lets()) {
      try {
        Value value = let.expression().evaluate(all.values, evaluation);
        bytes += value.bytes();
        if (bytes > Evaluation.MEMORY) {
          throw new IllegalArgumentException(
              "the names of one script stand for more than " + Evaluation.MEMORY + " bytes");
        }
        all = all.with(Map.of(let.name(), value));
      } catch (ExpressionError e) {
        throw new IllegalArgumentException(
            "the value of '" + let.name() + "' cannot be had: " + e.sentence(), e);
      }
    }
    return all;
  }

  @Nullable Value get(String name) {
    return values.get(name);
  }

  Map<String, Value> values() {
    return values;
  }

  Evaluation evaluation() {
    return evaluation;
  }
}
