package blenderer.openjd;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What kind of value a task parameter takes (§3.4.1). */
public enum TaskParameterType {
  INT("INT"),
  FLOAT("FLOAT"),
  STRING("STRING"),
  PATH("PATH"),
  /** An INT whose tasks may run together; the value is then a range expression. */
  CHUNK_INT("CHUNK[INT]");

  private final String word;

  TaskParameterType(String word) {
    this.word = word;
  }

  /** The name as it stands in templates. */
  public String word() {
    return word;
  }

  /** The type of that name, in upper case or, with {@code expressions}, in any. */
  static Optional<TaskParameterType> find(String word, boolean expressions) {
    String upper = expressions ? word.toUpperCase(Locale.ROOT) : word;
    return Arrays.stream(values()).filter(type -> type.word.equals(upper)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(TaskParameterType::word).toList();
  }

  boolean isWhole() {
    return this == INT || this == CHUNK_INT;
  }
}
