package blenderer.openjd;

import blenderer.openjd.JobReader.Scopes;
import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads steps (§3). */
final class StepReader {

  private static final StepScript NOTHING =
      new StepScript(ScriptReader.NO_ACTION, List.of(), Let.Names.NONE);

  private final Dialect dialect;
  private final Scopes scopes;
  private final EnvironmentReader environments;
  private final Map<String, String> environmentNames;

  StepReader(
      Dialect dialect,
      Scopes scopes,
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
    Scopes outside =
        dialect.has(Extensions.EXPR)
            ? scopes.with(Map.of("Step.Name", Value.unresolved(ExprType.STRING)))
            : scopes;
    LetReader lets = LetReader.read(fields, outside.template());
    Scopes inside = outside.with(lets.values());
    List<Environment> stepEnvironments = new ArrayList<>();
    for (Spot environment : fields.list("stepEnvironments", JobReader.MANY)) {
      stepEnvironments.add(environments.read(environment, inside, environmentNames));
    }
    RequirementsTemplate requirements =
        fields
            .take("hostRequirements")
            .map(s -> new RequirementReader(dialect, inside.template()).read(s))
            .orElse(RequirementsTemplate.NONE);
    ParameterSpaceTemplate space =
        fields
            .take("parameterSpace")
            .map(s -> new SpaceReader(dialect, inside.template()).read(s))
            .orElse(ParameterSpaceTemplate.ONE_TASK);
    StepScript script = whatRuns(fields, inside);
    fields.finish();
    return new StepTemplate(
        name,
        description,
        lets.lets(),
        dependencies,
        stepEnvironments,
        requirements,
        space,
        script);
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
  private Map<String, ExprType> taskTypes(Fields step) {
    Map<String, ExprType> types = new HashMap<>();
    Problems unheard = new Problems();
    step.take("parameterSpace")
        .map(spot -> new Spot(spot.tree(), spot.path(), unheard).fields())
        .flatMap(space -> space.take("taskParameterDefinitions"))
        .map(spot -> spot.items(0, JobReader.MANY))
        .orElse(List.of())
        .forEach(
            spot -> {
              Fields fields = spot.fields();
              ExprType type =
                  fields
                      .take("type")
                      .flatMap(Spot::text)
                      .flatMap(word -> TaskParameterType.find(word, dialect.has(Extensions.EXPR)))
                      .map(TypedText::type)
                      .orElse(ExprType.ANY);
              fields.take("name").flatMap(Spot::text).ifPresent(name -> types.put(name, type));
            });
    return types;
  }

  /** The script, or with FEATURE_BUNDLE_1 one of the simple actions in its place. */
  private StepScript whatRuns(Fields step, Scopes scopes) {
    Scope scope = taskScope(step, scopes.host());
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
        step.take("script").ifPresent(s -> script(s, scope, scopes.template()));
        return named.stream()
            .map(word -> simpleAction(step, word, scope, scopes.template()))
            .toList()
            .getFirst();
      }
    }
    return step.need("script").map(s -> script(s, scope, scopes.template())).orElse(NOTHING);
  }

  private StepScript simpleAction(Fields fields, String word, Scope scope, Scope creation) {
    return fields
        .take(word)
        .map(
            spot ->
                new ScriptReader(dialect, scope, creation)
                    .simpleAction(spot, Interpreter.ofWord(word)))
        .orElse(NOTHING);
  }

  private Scope taskScope(Fields step, Scope host) {
    Map<String, ExprType> types = new HashMap<>();
    taskTypes(step)
        .forEach(
            (name, type) -> {
              types.put("Task.Param." + name, type);
              types.put("Task.RawParam." + name, type == ExprType.PATH ? ExprType.STRING : type);
            });
    return host.with(Scope.unresolved(types));
  }

  private StepScript script(Spot spot, Scope taskScope, Scope creation) {
    Fields fields = spot.fields();
    Scope outside = taskScope.with(ScriptReader.fileNames(fields, "Task.File."));
    LetReader lets = LetReader.read(fields, outside);
    ScriptReader reader = new ScriptReader(dialect, outside.with(lets.values()), creation);
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
    fields.finish();
    return new StepScript(onRun, files, Let.Names.of(lets.lets()));
  }
}
