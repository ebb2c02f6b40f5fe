package blenderer.openjd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads steps (§3). */
final class StepReader {

  private static final StepScript NOTHING = new StepScript(ScriptReader.NO_ACTION, List.of());

  private final Dialect dialect;
  private final JobReader.Scopes scopes;
  private final EnvironmentReader environments;
  private final Map<String, String> environmentNames;

  StepReader(
      Dialect dialect,
      JobReader.Scopes scopes,
      EnvironmentReader environments,
      Map<String, String> environmentNames) {
    this.dialect = dialect;
    this.scopes = scopes;
    this.environments = environments;
    this.environmentNames = environmentNames;
  }

  StepTemplate read(Spot spot) {
    Fields fields = spot.fields();
    String name = name(fields);
    String description = JobReader.description(fields);
    List<String> dependencies = dependencies(fields);
    List<Environment> stepEnvironments = new ArrayList<>();
    for (Spot environment : fields.list("stepEnvironments", JobReader.MANY)) {
      stepEnvironments.add(environments.read(environment, scopes, environmentNames));
    }
    RequirementsTemplate requirements =
        fields
            .take("hostRequirements")
            .map(s -> new RequirementReader(dialect, scopes.template()).read(s))
            .orElse(RequirementsTemplate.NONE);
    ParameterSpaceTemplate space =
        fields
            .take("parameterSpace")
            .map(s -> new SpaceReader(dialect, scopes.template()).read(s))
            .orElse(ParameterSpaceTemplate.ONE_TASK);
    StepScript script = whatRuns(fields);
    fields.onlyWith(Extensions.EXPR, "let");
    fields.finish();
    return new StepTemplate(
        name, description, dependencies, stepEnvironments, requirements, space, script);
  }

  private String name(Fields fields) {
    return fields
        .need("name")
        .flatMap(
            spot ->
                spot.text(1, dialect.limits().name(), Letters.LINE)
                    .filter(
                        text -> {
                          if (!text.contains("{{") && !text.contains("}}")) {
                            return true;
                          }
                          spot.wrong("a step's name is plain text and may not hold {{ or }}");
                          return false;
                        }))
        .orElse("");
  }

  private static List<String> dependencies(Fields fields) {
    List<String> dependencies = new ArrayList<>();
    for (Spot spot : fields.list("dependencies", JobReader.MANY)) {
      Fields dependency = spot.fields();
      dependencies.add(dependency.need("dependsOn").flatMap(Spot::text).orElse(""));
      dependency.finish();
    }
    return dependencies;
  }

  /** As in the document, whether or not the rest of a definition is sound. */
  private static Set<String> taskNames(Fields step) {
    Set<String> names = new HashSet<>();
    Problems unheard = new Problems();
    step.take("parameterSpace")
        .map(spot -> new Spot(spot.tree(), spot.path(), unheard).fields())
        .flatMap(space -> space.take("taskParameterDefinitions"))
        .map(spot -> spot.items(0, JobReader.MANY))
        .orElse(List.of())
        .forEach(spot -> spot.fields().take("name").flatMap(Spot::text).ifPresent(names::add));
    return names;
  }

  /** The script, or with FEATURE_BUNDLE_1 one of the simple actions in its place. */
  private StepScript whatRuns(Fields step) {
    Scope scope = taskScope(step);
    List<String> named = Interpreter.words().stream().filter(step::has).toList();
    if (!dialect.has(Extensions.FEATURE_BUNDLE_1)) {
      step.onlyWith(Extensions.FEATURE_BUNDLE_1, Interpreter.words().toArray(String[]::new));
    } else {
      Interpreter.words().forEach(step::take);
      if (named.size() + (step.has("script") ? 1 : 0) > 1) {
        step.wrong(
            "a step has one of 'script', 'bash', 'python', 'cmd', 'powershell' and 'node'; leave"
                + " one of them");
      }
      if (!named.isEmpty()) {
        step.take("script").ifPresent(s -> script(s, scope));
        return named.stream().map(word -> simpleAction(step, word, scope)).toList().getFirst();
      }
    }
    return step.need("script").map(s -> script(s, scope)).orElse(NOTHING);
  }

  private StepScript simpleAction(Fields fields, String word, Scope scope) {
    return fields
        .take(word)
        .map(
            spot ->
                new ScriptReader(dialect, scope, scopes.template())
                    .simpleAction(spot, Interpreter.ofWord(word)))
        .orElse(NOTHING);
  }

  private Scope taskScope(Fields step) {
    Set<String> taskNames = taskNames(step);
    return scopes
        .host()
        .with(taskNames.stream().map(n -> "Task.Param." + n).collect(Collectors.toSet()))
        .with(taskNames.stream().map(n -> "Task.RawParam." + n).collect(Collectors.toSet()));
  }

  private StepScript script(Spot spot, Scope taskScope) {
    Fields fields = spot.fields();
    Scope scope = taskScope.with(ScriptReader.fileNames(fields, "Task.File."));
    ScriptReader reader = new ScriptReader(dialect, scope, scopes.template());
    List<EmbeddedFile> files = reader.embeddedFiles(fields);
    Action onRun = ScriptReader.NO_ACTION;
    var actionsSpot = fields.need("actions");
    if (actionsSpot.isPresent()) {
      Fields actions = actionsSpot.get().fields();
      onRun =
          actions
              .need("onRun")
              .map(s -> reader.action(s, ScriptReader.Kind.ON_RUN))
              .orElse(ScriptReader.NO_ACTION);
      actions.finish();
    }
    fields.onlyWith(Extensions.EXPR, "let");
    fields.finish();
    return new StepScript(onRun, files);
  }
}
