package blenderer.openjd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads environments (§4). */
final class EnvironmentReader {

  private static final int VARIABLE_NAME = 256;
  private static final int VARIABLE_VALUE = 2048;

  private final Dialect dialect;
  private final Problems problems;

  EnvironmentReader(Dialect dialect, Problems problems) {
    this.dialect = dialect;
    this.problems = problems;
  }

  /**
   * Reads one.
   *
   * @param names environment names read so far and where they stand; this one is added
   */
  Environment read(Spot spot, JobReader.Scopes scopes, Map<String, String> names) {
    Fields fields = spot.fields();
    String name =
        fields
            .need("name")
            .flatMap(s -> s.text(1, dialect.limits().name(), Letters.LINE))
            .orElse("");
    String before = name.isEmpty() ? null : names.putIfAbsent(name, spot.path());
    if (before != null) {
      spot.wrong(
          "the environment name '" + name + "' already stands at " + before + "; rename one");
    }
    String description = JobReader.description(fields);
    SequencedMap<String, FormatString> variables = variables(fields, scopes.host());
    Optional<Spot> script = fields.take("script");
    if (script.isEmpty() && !fields.has("variables")) {
      fields.wrong("an environment needs a 'script' or 'variables'");
    }
    fields.finish();
    if (script.isEmpty()) {
      return new Environment(name, description, variables, null, null, List.of(), Let.Names.NONE);
    }
    Fields scriptFields = script.get().fields();
    Scope outside = scopes.host().with(ScriptReader.fileNames(scriptFields, "Env.File."));
    LetReader lets = LetReader.read(scriptFields, outside);
    ScriptReader reader = new ScriptReader(dialect, outside.with(lets.values()), scopes.template());
    List<EmbeddedFile> files = reader.embeddedFiles(scriptFields);
    Action onEnter = null;
    Action onExit = null;
    Optional<Spot> actionsSpot = scriptFields.need("actions");
    if (actionsSpot.isPresent()) {
      Fields actions = actionsSpot.get().fields();
      onEnter =
          actions
              .need("onEnter")
              .map(s -> reader.action(s, ScriptReader.Kind.ON_ENTER))
              .orElse(null);
      onExit =
          actions.take("onExit").map(s -> reader.action(s, ScriptReader.Kind.ON_EXIT)).orElse(null);
      actions.finish();
    }
    scriptFields.finish();
    return new Environment(
        name, description, variables, onEnter, onExit, files, Let.Names.of(lets.lets()));
  }

  private SequencedMap<String, FormatString> variables(Fields fields, Scope scope) {
    SequencedMap<String, FormatString> variables = new LinkedHashMap<>();
    Optional<Spot> spot = fields.take("variables");
    if (spot.isEmpty()) {
      return variables;
    }
    Fields all = spot.get().fields();
    var entries = all.all();
    if (entries.isEmpty()) {
      all.wrong("this object is empty; leave the key out or name at least one variable");
    }
    for (var entry : entries) {
      String complaint = Letters.IDENTIFIER.complaint(entry.getKey(), 1, VARIABLE_NAME);
      if (!complaint.isEmpty()) {
        problems.add(entry.getValue().path(), "this variable's name does not do: " + complaint);
      }
      entry
          .getValue()
          .format(0, VARIABLE_VALUE, Letters.ANY, scope)
          .ifPresent(value -> variables.put(entry.getKey(), value));
    }
    return variables;
  }
}
