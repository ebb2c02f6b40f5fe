package blenderer.openjd;

import blenderer.openjd.expr.Budget;
import blenderer.openjd.expr.Evaluation;
import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tries the expressions that hosts will resolve with the values that a new job has, so that what
 * can only fail is refused before anything runs (extension EXPR).
 */
final class HostCheck {

  private static final Map<String, ExprType> SESSION =
      Map.of(
          "Session.WorkingDirectory", ExprType.PATH,
          "Session.HasPathMappingRules", ExprType.BOOL,
          "Session.PathMappingRulesFile", ExprType.PATH);

  private final Job job;
  private final Problems problems;
  private final Symbols session;

  HostCheck(Job job, Problems problems) {
    this.job = job;
    this.problems = problems;
    Evaluation someHost = Evaluation.SOME_HOST.sharing(new Budget(Symbols.OPERATIONS));
    session =
        Symbols.beforeHost(job.parameters())
            .onSomeHost(job.parameters(), someHost)
            .with(Scope.unresolved(SESSION))
            .with(Map.of("Job.Name", Value.of(job.name())));
  }

  /**
   * Notes what can only fail.
   *
   * @param external how many of the job's environments stand in templates of their own
   */
  void check(int external) {
    List<Environment> around = job.environments();
    for (int i = 0; i < around.size(); i++) {
      environment(
          around.get(i), i < external ? "/environment" : "/jobEnvironments/" + (i - external));
    }
    for (int i = 0; i < job.steps().size(); i++) {
      Job.Step step = job.steps().get(i);
      String path = "/steps/" + i;
      for (int e = 0; e < step.environments().size(); e++) {
        environment(step.environments().get(e), path + "/stepEnvironments/" + e);
      }
      Map<String, ExprType> types = new HashMap<>();
      for (TaskSpace.Parameter parameter : step.tasks().parameters()) {
        ExprType type = TypedText.type(parameter.type());
        types.put("Task.Param." + parameter.name(), type);
        types.put(
            "Task.RawParam." + parameter.name(), type == ExprType.PATH ? ExprType.STRING : type);
      }
      StepScript script = step.script();
      script(
          session.with(Scope.unresolved(types)),
          "Task.File.",
          script.embeddedFiles(),
          script.names(),
          path + "/script",
          Map.of("onRun", script.onRun()));
    }
  }

  private void environment(Environment environment, String path) {
    Symbols outside = session.with(environment.names().known());
    environment
        .variables()
        .forEach(
            (name, value) -> test(value, ExprType.STRING, outside, path + "/variables/" + name));
    Map<String, Action> actions = new HashMap<>();
    put("onEnter", environment.onEnter(), actions);
    put("onExit", environment.onExit(), actions);
    script(
        session,
        "Env.File.",
        environment.embeddedFiles(),
        environment.names(),
        path + "/script",
        actions);
  }

  private static void put(String key, @Nullable Action action, Map<String, Action> actions) {
    if (action != null) {
      actions.put(key, action);
    }
  }

  private void script(
      Symbols outside,
      String prefix,
      List<EmbeddedFile> files,
      Let.Names names,
      String path,
      Map<String, Action> actions) {
    Map<String, ExprType> types = new HashMap<>();
    files.forEach(file -> types.put(prefix + file.name(), ExprType.PATH));
    Symbols inside;
    try {
      inside = outside.with(Scope.unresolved(types)).with(names);
    } catch (IllegalArgumentException e) {
      problems.add(path + "/let", String.valueOf(e.getMessage()));
      return;
    }
    for (int i = 0; i < files.size(); i++) {
      test(files.get(i).data(), ExprType.STRING, inside, path + "/embeddedFiles/" + i + "/data");
    }
    actions.forEach(
        (key, action) -> {
          String at = path + "/actions/" + key;
          test(action.command(), ExprType.STRING, inside, at + "/command");
          for (int i = 0; i < action.args().size(); i++) {
            test(action.args().get(i), ExprType.LIST_ITEM, inside, at + "/args/" + i);
          }
        });
  }

  private void test(FormatString text, ExprType target, Symbols symbols, String path) {
    if (text.isLiteral()) {
      return;
    }
    try {
      text.value(symbols, target);
    } catch (IllegalArgumentException e) {
      problems.add(path, String.valueOf(e.getMessage()));
    }
  }
}
