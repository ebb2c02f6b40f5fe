package blenderer.openjd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Chooses the value of every job parameter: the given one or the default. */
final class ParameterValues {

  private final Problems problems;

  ParameterValues(Problems problems) {
    this.problems = problems;
  }

  /**
   * @param expressions whether paths may be URIs (extension EXPR)
   */
  List<Job.Parameter> choose(
      List<ParameterDefinition> definitions, Map<String, String> given, boolean expressions) {
    Set<String> names =
        definitions.stream().map(ParameterDefinition::name).collect(Collectors.toSet());
    for (String name : given.keySet().stream().sorted().toList()) {
      if (!names.contains(name)) {
        wrong(name, "the template has no parameter '" + name + "'" + Near.hint(name, names));
      }
    }
    List<Job.Parameter> chosen = new ArrayList<>();
    for (ParameterDefinition definition : definitions) {
      String value = given.get(definition.name());
      if (value == null) {
        value = definition.defaultValue();
        if (value == null) {
          wrong(
              definition.name(),
              "the parameter '" + definition.name() + "' has no default and needs a value");
          continue;
        }
        checkDefaultPath(definition, value, expressions);
      } else {
        Problems wrong = new Problems();
        Optional<String> typed = ParameterText.ofText(value, definition.type(), wrong);
        String complaint =
            typed
                .map(
                    text ->
                        ParameterRules.complaint(definition.type(), definition.constraints(), text))
                .orElseGet(() -> wrong.toList().getFirst().toString());
        if (typed.isEmpty() || !complaint.isEmpty()) {
          wrong(
              definition.name(),
              "the value of the parameter '" + definition.name() + "' does not do: " + complaint);
          continue;
        }
        value = typed.get();
      }
      chosen.add(new Job.Parameter(definition.name(), definition.type(), value, definition.path()));
    }
    return chosen;
  }

  /** A default path is relative to the template's folder and must stay in it (§2.2). */
  private void checkDefaultPath(ParameterDefinition definition, String value, boolean expressions) {
    if (!definition.type().isPath()) {
      return;
    }
    for (String item : ParameterPaths.items(definition.type(), value)) {
      if (ParameterPaths.leaves(item) || (!expressions && ParameterPaths.isUri(item))) {
        wrong(
            definition.name(),
            "the default '"
                + item
                + "' of the parameter '"
                + definition.name()
                + "' leaves the template's folder; give a value");
      }
    }
  }

  private void wrong(String name, String message) {
    problems.add(path(name), message);
  }

  private static String path(String name) {
    return "/parameterValues/" + name;
  }
}
