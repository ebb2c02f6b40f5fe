package blenderer.openjd.expr;

/** Writes values as JSON, with spaces after commas as people like to read it. */
final class Json {

  private Json() {}

  /**
   * @param ascii whether letters beyond ASCII are escaped
   */
  static void write(Value value, boolean ascii, StringBuilder out) {
    switch (value) {
      case Value.Items(_, var items, _) -> {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          if (i > 0) {
            out.append(", ");
          }
          write(items.get(i), ascii, out);
        }
        out.append(']');
      }
      case Value.Text(String text) -> string(text, ascii, out);
      case Value.Path(String text) -> string(text, ascii, out);
      case Value.Range range -> string(range.display(), ascii, out);
      case Value.Null _, Value.Bool _, Value.Int _, Value.Real _, Value.Unresolved _ ->
          out.append(value.display());
    }
  }

  private static void string(String text, boolean ascii, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || (ascii && c > '~')) {
            out.append("\\u").append(String.format("%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
