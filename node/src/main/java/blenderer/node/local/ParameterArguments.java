package blenderer.node.local;

import blenderer.openjd.Documents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code -p}: {@code NAME=VALUE}, {@code file://FILE}, or an object in JSON. */
final class ParameterArguments {

  private ParameterArguments() {}

  /**
   * The values by name; what comes later wins.
   *
   * @param workingFolder what paths of files are relative to
   */
  static Map<String, String> read(List<String> arguments, Path workingFolder) throws LocalFailure {
    Map<String, String> values = new LinkedHashMap<>();
    for (String argument : arguments) {
      String trimmed = argument.strip();
      int equals = argument.indexOf('=');
      if (LocalFiles.isNamed(trimmed)) {
        Path file = LocalFiles.path(workingFolder, trimmed);
        values.putAll(document(LocalFiles.read(file), file.toString()));
      } else if (trimmed.startsWith("{") && trimmed.endsWith("}")) {
        values.putAll(document(trimmed.getBytes(StandardCharsets.UTF_8), "the value of -p"));
      } else if (equals > 0) {
        values.put(argument.substring(0, equals).strip(), argument.substring(equals + 1));
      } else {
        throw new LocalFailure(
            LocalFailure.WRONG_USE,
            "wrong-use",
            "'-p " + argument + "' gives no parameter a value.",
            "Write -p NAME=VALUE, or -p file://FILE for a JSON or YAML file of names and values.");
      }
    }
    return values;
  }

  private static Map<String, String> document(byte[] utf8, String origin) throws LocalFailure {
    try {
      return Documents.values(utf8);
    } catch (IllegalArgumentException e) {
      throw new LocalFailure(
          LocalFailure.FAILED,
          "parameters-unreadable",
          "The parameter values in " + origin + " cannot be read: " + e.getMessage() + ".",
          "Write a JSON or YAML object such as {\"Frames\": \"1-10\"}.");
    }
  }
}
