package blenderer.node.local;

import blenderer.openjd.ParameterDefinition;
import blenderer.openjd.ParameterType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes the values of PATH parameters absolute before a job is made of them (§2.2): what a person
 * gives is relative to where they are, a default to the template's folder. Constraints are checked
 * afterwards, by whoever makes the job.
 */
final class PathValues {

  private static final Pattern ABSOLUTE = Pattern.compile("[/\\\\].*|[A-Za-z]:.*", Pattern.DOTALL);

  private final Path templateFolder;
  private final Path workingFolder;

  /** Both absolute. */
  PathValues(Path templateFolder, Path workingFolder) {
    this.templateFolder = templateFolder;
    this.workingFolder = workingFolder;
  }

  /**
   * The given values and the defaults of PATH parameters without one.
   *
   * @param definitions of environments first, the job's last; of one parameter the last default
   *     counts
   */
  Map<String, String> join(List<ParameterDefinition> definitions, Map<String, String> given)
      throws LocalFailure {
    Map<String, String> values = new LinkedHashMap<>(given);
    for (ParameterDefinition definition : definitions) {
      if (definition.type() != ParameterType.PATH) {
        continue;
      }
      String name = definition.name();
      String value = given.get(name);
      String byDefault = definition.defaultValue();
      if (value != null) {
        values.put(name, join(workingFolder, value, name));
      } else if (byDefault != null && !leaves(byDefault)) {
        values.put(name, join(templateFolder, byDefault, name));
      } else if (byDefault != null) {
        // Refused by whoever makes the job.
        values.remove(name);
      }
    }
    return values;
  }

  private static String join(Path base, String value, String name) throws LocalFailure {
    try {
      return value.isEmpty() ? value : base.resolve(value).normalize().toString();
    } catch (InvalidPathException e) {
      throw new LocalFailure(
          LocalFailure.FAILED,
          "parameter-invalid",
          "The value of the parameter '" + name + "' is no path: " + e.getReason() + ".",
          "Give another value.");
    }
  }

  private static boolean leaves(String value) {
    int depth = 0;
    boolean leaves = ABSOLUTE.matcher(value).matches();
    for (String part : value.split("[/\\\\]", -1)) {
      if (part.equals("..")) {
        depth--;
      } else if (!part.isEmpty() && !part.equals(".")) {
        depth++;
      }
      leaves |= depth < 0;
    }
    return leaves;
  }
}
