package blenderer.openjd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes the values of PATH and LIST[PATH] parameters absolute before a job is made of them (§2.2,
 * §7.4): what a person gives is relative to where they are, a default to the template's folder,
 * which it may not leave. Absolute paths and URIs stay as they are. Bounds are checked afterwards,
 * by {@link JobCreation}. Paths are read as on POSIX systems.
 */
public final class ParameterPaths {

  private static final Pattern ABSOLUTE = Pattern.compile("[/\\\\].*|[A-Za-z]:.*", Pattern.DOTALL);
  private static final Pattern URI = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://");

  private final String templateFolder;
  private final String workingFolder;
  private final boolean uris;

  /**
   * @param templateFolder absolute; where the template lies
   * @param workingFolder absolute; what given values are relative to
   * @param uris whether there are URIs (extension EXPR); else they are relative paths like others
   */
  public ParameterPaths(String templateFolder, String workingFolder, boolean uris) {
    this.templateFolder = templateFolder;
    this.workingFolder = workingFolder;
    this.uris = uris;
  }

  /**
   * The given values, and the defaults of path parameters that were not given. A default that
   * leaves the template's folder is left out, for {@link JobCreation} to refuse.
   *
   * @param definitions of environments first, the job's last; of one parameter the last default
   *     counts
   * @param given by parameter name; a list of paths is JSON
   */
  public Map<String, String> join(
      List<ParameterDefinition> definitions, Map<String, String> given) {
    Map<String, String> values = new LinkedHashMap<>(given);
    for (ParameterDefinition definition : definitions) {
      if (!definition.type().isPath()) {
        continue;
      }
      String value = given.get(definition.name());
      String byDefault = definition.defaultValue();
      if (value != null) {
        values.put(definition.name(), join(workingFolder, definition.type(), value));
      } else if (byDefault != null) {
        if (items(definition.type(), byDefault).stream().anyMatch(ParameterPaths::leaves)) {
          values.remove(definition.name());
        } else {
          values.put(definition.name(), join(templateFolder, definition.type(), byDefault));
        }
      }
    }
    return values;
  }

  private String join(String folder, ParameterType type, String value) {
    if (type == ParameterType.PATH) {
      return join(folder, value);
    }
    try {
      List<String> joined = new ArrayList<>();
      items(type, value).forEach(item -> joined.add(join(folder, item)));
      return ParameterList.write(joined, ParameterType.PATH);
    } catch (IllegalArgumentException e) {
      // No list of paths; whoever makes the job says so.
      return value;
    }
  }

  /** The paths of a value: one, or those of a list. */
  static List<String> items(ParameterType type, String value) {
    return type == ParameterType.PATH
        ? List.of(value)
        : ParameterList.read(value, ParameterType.PATH);
  }

  private String join(String folder, String value) {
    if (value.isEmpty() || (uris && isUri(value)) || ABSOLUTE.matcher(value).matches()) {
      return value;
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (folder + "/" + value).split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  static boolean isUri(String value) {
    return URI.matcher(value).lookingAt();
  }

  /** Whether a path is absolute or leads out of the folder it is relative to. */
  static boolean leaves(String value) {
    if (value.isEmpty() || isUri(value)) {
      return false;
    }
    if (ABSOLUTE.matcher(value).matches()) {
      return true;
    }
    int depth = 0;
    for (String part : value.split("[/\\\\]", -1)) {
      if (part.equals("..")) {
        depth--;
      } else if (!part.isEmpty() && !part.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        return true;
      }
    }
    return false;
  }
}
