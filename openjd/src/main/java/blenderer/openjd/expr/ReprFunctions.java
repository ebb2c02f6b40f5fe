package blenderer.openjd.expr;

import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/** Functions that write values for other languages (§2.2.6). */
final class ReprFunctions {

  private ReprFunctions() {}

  static void addTo(Library.Builder all) {
    words(all, "repr_sh", ReprFunctions::shell);
    words(all, "repr_cmd", ReprFunctions::cmd);
    for (String type : List.of("bool", "int", "float", "string", "path", "range_expr", "list[T]")) {
      all.add(
          "repr_pwsh",
          type + " -> string",
          (run, a) -> written(run, a[0], ReprFunctions::powershell));
    }
    all.add("repr_py", "T -> string", (run, a) -> written(run, a[0], PythonText::repr));
    all.add(
        "repr_json",
        "T -> string",
        (run, a) ->
            written(
                run,
                a[0],
                value -> {
                  StringBuilder json = new StringBuilder();
                  Json.write(value, true, json);
                  return json.toString();
                }));
  }

  private interface Writer {
    String write(Value value);
  }

  private static Value written(Run run, Value value, Writer writer) {
    // The longest form of a letter is \\U0001f600 or a surrogate pair of escapes.
    run.reserve(Library.times(value.bytes(), 6) + 256);
    String text = writer.write(value);
    run.read(text);
    if (value instanceof Value.Items list) {
      run.step(list.items().size());
    }
    return Value.of(text);
  }

  private static void words(Library.Builder all, String name, UnaryOperator<String> quote) {
    for (String type : List.of("string", "path")) {
      all.add(
          name, type + " -> string", (run, a) -> written(run, a[0], v -> quote.apply(v.display())));
      all.add(
          name,
          "list[" + type + "] -> string",
          (run, a) ->
              written(
                  run,
                  a[0],
                  list -> {
                    StringJoiner line = new StringJoiner(" ");
                    Library.items(list).forEach(item -> line.add(quote.apply(item.display())));
                    return line.toString();
                  }));
    }
  }

  /** For POSIX shells, as Python's {@code shlex.quote}. */
  static String shell(String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "_@%+=:,./-".indexOf(c) >= 0;
    }
    return plain ? text : "'" + text.replace("'", "'\"'\"'") + "'";
  }

  /** For batch files; line ends cannot be written there and are left out. */
  static String cmd(String text) {
    boolean plain = !text.isEmpty();
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain &= "&|<>^\"()%!".indexOf(c) < 0 && !TextFunctions.isSpace(c);
      switch (c) {
        case '\n', '\r' -> {}
        case '^', '"' -> quoted.append('^').append(c);
        case '%' -> quoted.append("%%");
        case '!' -> quoted.append("^^!");
        default -> quoted.append(c);
      }
    }
    return plain ? text : quoted.append('"').toString();
  }

  private static String powershell(Value value) {
    return switch (value) {
      case Value.Null _ -> "$null";
      case Value.Bool(boolean truth) -> truth ? "$true" : "$false";
      case Value.Int _, Value.Real _, Value.Unresolved _ -> value.display();
      case Value.Text _, Value.Path _, Value.Range _ ->
          "'" + value.display().replace("'", "''") + "'";
      case Value.Items(_, var items, _) -> {
        StringJoiner list = new StringJoiner(", ");
        items.forEach(item -> list.add(powershell(item)));
        // Without the comma PowerShell would take a list of one list for that list.
        boolean single = items.size() == 1 && items.getFirst() instanceof Value.Items;
        yield "@(" + (single ? "," : "") + list + ")";
      }
    };
  }
}
