package blenderer.openjd;

import blenderer.openjd.expr.Budget;
import blenderer.openjd.expr.Evaluation;
import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the top level of templates (§1.1, §1.2). */
final class JobReader {

  static final int DESCRIPTION = 2048;
  static final int MANY = 1_000_000;

  private final Set<String> extensions;
  private final String origin;
  private final Problems problems;
  private final Dialect dialect;

  JobReader(Set<String> extensions, String origin, Problems problems) {
    this.extensions = extensions;
    this.origin = origin;
    this.problems = problems;
    dialect = Dialect.of(extensions);
  }

  JobTemplate read(Fields fields) {
    List<ParameterDefinition> parameters = parameters(fields, dialect.limits().jobParameters());
    Scopes scopes = Scopes.of(fields, extensions);
    FormatString name =
        fields
            .need("name")
            .flatMap(spot -> spot.format(1, MANY, Letters.LINE, scopes.name()))
            .orElse(FormatString.literal("?"));
    // A name without references is final; one with references is measured when a job is made.
    if (name.isLiteral()) {
      fields
          .take("name")
          .ifPresent(
              spot -> Letters.LINE.check(name.source(), 1, dialect.limits().jobName(), spot));
    }
    String description = description(fields);
    EnvironmentReader environments = new EnvironmentReader(dialect, problems);
    List<Environment> jobEnvironments = new ArrayList<>();
    Map<String, String> environmentNames = new HashMap<>();
    for (Spot spot : fields.list("jobEnvironments", MANY)) {
      jobEnvironments.add(environments.read(spot, scopes, environmentNames));
    }
    StepReader stepReader = new StepReader(dialect, scopes, environments, environmentNames);
    List<StepTemplate> steps = new ArrayList<>();
    List<Spot> spots = fields.need("steps").map(s -> s.items(1, MANY)).orElse(List.of());
    spots.forEach(spot -> steps.add(stepReader.read(spot)));
    StepGraph.check(steps, spots, problems);
    return new JobTemplate(
        origin, extensions, name, description, parameters, jobEnvironments, steps);
  }

  EnvironmentTemplate readEnvironmentTemplate(Fields fields) {
    List<ParameterDefinition> parameters = parameters(fields, 50);
    Scopes scopes = Scopes.of(fields, extensions);
    Environment environment =
        fields
            .need("environment")
            .map(
                spot ->
                    new EnvironmentReader(dialect, problems).read(spot, scopes, new HashMap<>()))
            .orElse(
                new Environment(
                    "?", "", new LinkedHashMap<>(), null, null, List.of(), Let.Names.NONE));
    return new EnvironmentTemplate(origin, extensions, parameters, environment);
  }

  static String description(Fields fields) {
    return fields
        .take("description")
        .flatMap(spot -> spot.text(1, DESCRIPTION, Letters.PROSE))
        .orElse("");
  }

  private List<ParameterDefinition> parameters(Fields fields, int most) {
    List<ParameterDefinition> parameters = new ArrayList<>();
    Set<String> names = new HashSet<>();
    ParameterReader reader = new ParameterReader(dialect);
    for (Spot spot : fields.list("parameterDefinitions", most)) {
      reader
          .read(spot)
          .ifPresent(
              parameter -> {
                if (!names.add(parameter.name())) {
                  spot.wrong(
                      "the parameter name '" + parameter.name() + "' stands twice; rename one");
                }
                parameters.add(parameter);
              });
    }
    return parameters;
  }

  /**
   * What format strings see. Built from the written names and types and not from the definitions,
   * so that a fault in a definition does not make every use of its name a fault too.
   *
   * @param name what the job's name sees
   * @param template what is resolved when a job is made
   * @param host what is resolved on the host that runs a session
   */
  record Scopes(Scope name, Scope template, Scope host) {

    private static final Map<String, ExprType> SESSION =
        Map.of(
            "Session.WorkingDirectory", ExprType.PATH,
            "Session.HasPathMappingRules", ExprType.BOOL,
            "Session.PathMappingRulesFile", ExprType.PATH);

    static Scopes of(Fields fields, Set<String> extensions) {
      boolean expressions = extensions.contains(Extensions.EXPR);
      Map<String, ExprType> everywhere = new LinkedHashMap<>();
      Map<String, ExprType> hostOnly = new LinkedHashMap<>();
      Problems unheard = new Problems();
      for (Spot spot :
          fields
              .take("parameterDefinitions")
              .filter(Spot::isList)
              .map(s -> new Spot(s.tree(), s.path(), unheard).items(0, MANY))
              .orElse(List.of())) {
        Fields definition = spot.fields();
        String name = definition.take("name").flatMap(Spot::text).orElse("");
        Optional<ParameterType> type =
            definition
                .take("type")
                .flatMap(Spot::text)
                .flatMap(word -> ParameterType.ofWord(word, expressions));
        everywhere.put("RawParam." + name, type.map(TypedText::rawType).orElse(ExprType.ANY));
        (type.isPresent() && type.get().isPath() ? hostOnly : everywhere)
            .put("Param." + name, type.map(TypedText::type).orElse(ExprType.ANY));
      }
      Scope first =
          Scope.empty(expressions, Evaluation.TEMPLATE.sharing(new Budget(Symbols.OPERATIONS)))
              .with(Scope.unresolved(everywhere))
              .without(
                  hostOnly.keySet(),
                  "is a path, which is only known on the host that runs the session; use"
                      + " RawParam here")
              .without(SESSION.keySet(), "is only known inside scripts and environments")
              .without(
                  Set.of("Job.Name", "Step.Name"),
                  expressions ? "is not known here yet" : "needs the extension EXPR");
      Scope template =
          expressions ? first.with(Map.of("Job.Name", Value.unresolved(ExprType.STRING))) : first;
      return new Scopes(
          first,
          template,
          template.onHost().with(Scope.unresolved(hostOnly)).with(Scope.unresolved(SESSION)));
    }

    Scopes with(Map<String, Value> names) {
      return new Scopes(name, template.with(names), host.with(names));
    }
  }
}
