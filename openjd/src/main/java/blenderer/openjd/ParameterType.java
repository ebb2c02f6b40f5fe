package blenderer.openjd;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What kind of value a job parameter takes (§2). */
public enum ParameterType {
  STRING("STRING"),
  PATH("PATH"),
  INT("INT"),
  FLOAT("FLOAT"),
  BOOL("BOOL"),
  RANGE_EXPR("RANGE_EXPR"),
  LIST_STRING("LIST[STRING]", STRING),
  LIST_PATH("LIST[PATH]", PATH),
  LIST_INT("LIST[INT]", INT),
  LIST_FLOAT("LIST[FLOAT]", FLOAT),
  LIST_BOOL("LIST[BOOL]", BOOL),
  LIST_LIST_INT("LIST[LIST[INT]]", LIST_INT);

  private final String word;
  private final @Nullable ParameterType element;

  ParameterType(String word) {
    this(word, null);
  }

  ParameterType(String word, @Nullable ParameterType element) {
    this.word = word;
    this.element = element;
  }

  /** The name as it stands in templates. */
  public String word() {
    return word;
  }

  /** Whether it came with the extension EXPR. */
  public boolean needsExpressions() {
    return ordinal() >= BOOL.ordinal();
  }

  /** The type of a list's items; empty: it is no list. */
  public Optional<ParameterType> element() {
    return Optional.ofNullable(element);
  }

  /** Whether values are paths, one or a list of them. */
  public boolean isPath() {
    return this == PATH || this == LIST_PATH;
  }

  boolean isNumber() {
    return this == INT || this == FLOAT;
  }

  boolean isList() {
    return element != null;
  }

  /** The words of the types; with {@code expressions} those of the extension EXPR, too. */
  static List<String> words(boolean expressions) {
    return Arrays.stream(values())
        .filter(type -> expressions || !type.needsExpressions())
        .map(ParameterType::word)
        .toList();
  }

  /** The type of that name, in upper case or, with {@code expressions}, in any. */
  static Optional<ParameterType> ofWord(String text, boolean expressions) {
    String upper = expressions ? text.toUpperCase(Locale.ROOT) : text;
    return Arrays.stream(values())
        .filter(type -> type.word.equals(upper) && (expressions || !type.needsExpressions()))
        .findFirst();
  }

  @Override
  public String toString() {
    return word;
  }
}
