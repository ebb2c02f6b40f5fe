package blenderer.openjd;

import java.util.Arrays;
import java.util.List;

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

  static TaskParameterType ofWord(String word) {
    for (TaskParameterType type : values()) {
      if (type.word.equals(word)) {
        return type;
      }
    }
    throw new IllegalArgumentException("no task parameter type is called '" + word + "'");
  }

  static List<String> words() {
    return Arrays.stream(values()).map(TaskParameterType::word).toList();
  }

  boolean isWhole() {
    return this == INT || this == CHUNK_INT;
  }
}
