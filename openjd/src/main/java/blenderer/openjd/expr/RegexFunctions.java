package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Functions with regular expressions (§2.2.5). */
final class RegexFunctions {

  private static final Pattern REFERENCE = Pattern.compile("\\\\[0-9]|\\\\g<|\\$[0-9]|\\$\\{");
  private static final String SIGNS = "\\.+*?()|[]{}^$#&-~";

  private RegexFunctions() {}

  static void addTo(Library.Builder all) {
    all.add("re_match", "string, string -> list[string]?", (run, a) -> first(run, a, true));
    all.add("re_search", "string, string -> list[string]?", (run, a) -> first(run, a, false));
    all.add(
        "re_findall",
        "string, string -> list[string] | list[list[string]]",
        RegexFunctions::findAll);
    all.add("re_sub", "string, string, string -> string", RegexFunctions::replace);
    all.add("re_escape", "string -> string", RegexFunctions::escaped);
    all.add("re_split", "string, string -> list[string]", (run, a) -> split(run, a, 0));
    all.add(
        "re_split",
        "string, string, int -> list[string]",
        (run, a) -> split(run, a, Library.whole(a[2])));
  }

  private static RegexMatcher matcher(Run run, Value[] a) {
    String text = Library.text(a[0]);
    run.read(text);
    return new RegexMatcher(run, regex(run, Library.text(a[1])), text);
  }

  private static Regex regex(Run run, String pattern) {
    run.read(pattern);
    try {
      Regex regex = RegexReader.read(pattern);
      run.step(regex.program().size() / 16);
      return regex;
    } catch (IllegalArgumentException e) {
      throw run.error(Kind.VALUE, String.valueOf(e.getMessage()));
    }
  }

  private static Value first(Run run, Value[] a, boolean anchored) {
    RegexMatcher matcher = matcher(run, a);
    int[] match = matcher.find(0, anchored);
    return match == null ? Value.NULL : Value.texts(matcher.parts(match));
  }

  /** Does something for each match; after an empty one the search goes on one letter later. */
  private interface Visitor {
    /** Whether to go on. */
    boolean visit(int[] match);
  }

  private static void each(Run run, RegexMatcher matcher, Visitor visitor) {
    int from = 0;
    while (from <= matcher.length()) {
      int[] match = matcher.find(from, false);
      run.step(1);
      if (match == null || !visitor.visit(match)) {
        return;
      }
      from = match[1] == match[0] ? match[1] + 1 : match[1];
    }
  }

  private static Value findAll(Run run, Value[] a) {
    RegexMatcher matcher = matcher(run, a);
    List<Value> found = new ArrayList<>();
    long[] bytes = {0};
    each(
        run,
        matcher,
        match -> {
          List<String> parts = matcher.parts(match);
          Value value =
              parts.size() > 2
                  ? Value.texts(parts.subList(1, parts.size()))
                  : Value.of(parts.getLast());
          found.add(value);
          bytes[0] += value.bytes() + 8;
          run.reserve(bytes[0]);
          return true;
        });
    return Value.listOf(found.isEmpty() ? ExprType.NULL : found.getFirst().type(), found);
  }

  private static Value replace(Run run, Value[] a) {
    String with = Library.text(a[2]);
    if (REFERENCE.matcher(with).find()) {
      throw run.error(
          Kind.VALUE,
          "the replacement '"
              + Coercion.shortened(with)
              + "' refers to a group, which re_sub() cannot do");
    }
    RegexMatcher matcher = matcher(run, a);
    StringBuilder out = new StringBuilder();
    int[] end = {0};
    each(
        run,
        matcher,
        match -> {
          run.reserve(Value.Text.bytesOf((long) out.length() + match[0] - end[0] + with.length()));
          run.read(with);
          out.append(matcher.part(end[0], match[0])).append(with);
          end[0] = match[1];
          return true;
        });
    return Value.of(out.append(matcher.part(end[0], matcher.length())).toString());
  }

  private static Value escaped(Run run, Value[] a) {
    String text = Library.text(a[0]);
    run.read(text);
    run.reserve(Value.Text.bytesOf(2L * text.length()));
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (SIGNS.indexOf(c) >= 0) {
                out.append('\\');
              }
              out.appendCodePoint(c);
            });
    return Value.of(out.toString());
  }

  /** As Python: at most 0 means no bound, and less than 0 means no cut at all. */
  private static Value split(Run run, Value[] a, long most) {
    RegexMatcher matcher = matcher(run, a);
    List<String> parts = new ArrayList<>();
    int[] end = {0};
    if (most >= 0) {
      each(
          run,
          matcher,
          match -> {
            parts.add(matcher.part(end[0], match[0]));
            run.reserve(64L * parts.size() + 2L * match[1]);
            end[0] = match[1];
            return most == 0 || parts.size() < most;
          });
    }
    parts.add(matcher.part(end[0], matcher.length()));
    return Value.texts(parts);
  }
}
