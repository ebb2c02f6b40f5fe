package blenderer.openjd.expr;

import java.util.StringJoiner;

/** Values as Python writes them. */
final class PythonText {

  private PythonText() {}

  static String repr(Value value) {
    return switch (value) {
      case Value.Null _ -> "None";
      case Value.Bool(boolean truth) -> truth ? "True" : "False";
      case Value.Int _, Value.Real _, Value.Unresolved _ -> value.display();
      case Value.Text _, Value.Path _, Value.Range _ -> quoted(value.display());
      case Value.Items(_, var items, _) -> {
        StringJoiner list = new StringJoiner(", ", "[", "]");
        items.forEach(item -> list.add(repr(item)));
        yield list.toString();
      }
    };
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            c -> {
              if (c == quote || c == '\\') {
                out.append('\\').appendCodePoint(c);
              } else if (c == '\n') {
                out.append("\\n");
              } else if (c == '\r') {
                out.append("\\r");
              } else if (c == '\t') {
                out.append("\\t");
              } else if (isPrintable(c)) {
                out.appendCodePoint(c);
              } else if (c < 0x100) {
                out.append(String.format("\\x%02x", c));
              } else {
                out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
              }
            });
    return out.append(quote).toString();
  }

  private static boolean isPrintable(int c) {
    return c == ' '
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SPACE_SEPARATOR ->
              false;
          default -> true;
        };
  }
}
