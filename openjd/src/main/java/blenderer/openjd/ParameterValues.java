package blenderer.openjd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Chooses the value of every job parameter: the given one or the default. */
final class ParameterValues {

  private static final Pattern ABSOLUTE = Pattern.compile("[/\\\\].*|[A-Za-z]:.*", Pattern.DOTALL);

  private final Problems problems;

  ParameterValues(Problems problems) {
    this.problems = problems;
  }

  List<Job.Parameter> choose(List<ParameterDefinition> definitions, Map<String, String> given) {
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
        checkDefaultPath(definition, value);
      } else {
        if (definition.type().isNumber()) {
          value = value.strip();
        }
        String complaint =
            ParameterRules.complaint(definition.type(), definition.constraints(), value);
        if (!complaint.isEmpty()) {
          wrong(
              definition.name(),
              "the value of the parameter '" + definition.name() + "' does not do: " + complaint);
          continue;
        }
        if (definition.type() == ParameterType.INT) {
          value = Long.toString(Long.parseLong(value));
        }
      }
      chosen.add(new Job.Parameter(definition.name(), definition.type(), value, definition.path()));
    }
    return chosen;
  }

  /** A default path is relative to the template's folder and must stay in it (§2.2). */
  private void checkDefaultPath(ParameterDefinition definition, String value) {
    if (definition.type() != ParameterType.PATH || value.isEmpty()) {
      return;
    }
    boolean leaves = ABSOLUTE.matcher(value).matches();
    int depth = 0;
    for (String part : value.split("[/\\\\]", -1)) {
      if (part.equals("..")) {
        depth--;
      } else if (!part.isEmpty() && !part.equals(".")) {
        depth++;
      }
      leaves |= depth < 0;
    }
    if (leaves) {
      wrong(
          definition.name(),
          "the default '"
              + value
              + "' of the parameter '"
              + definition.name()
              + "' leaves the template's folder; give a value");
    }
  }

  private void wrong(String name, String message) {
    problems.add("/parameterValues/" + name, message);
  }
}
