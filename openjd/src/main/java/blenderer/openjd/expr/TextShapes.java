package blenderer.openjd.expr;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Functions that strip, pad, split and join texts (§2.2.4). */
final class TextShapes {

  private TextShapes() {}

  static void addTo(Library.Builder all) {
    strip(all, "strip", true, true);
    strip(all, "lstrip", true, false);
    strip(all, "rstrip", false, true);
    all.add("split", "string -> list[string]", TextShapes::words);
    all.add("rsplit", "string -> list[string]", TextShapes::words);
    all.add("split", "string, string -> list[string]", (run, a) -> split(run, a, -1));
    all.add("rsplit", "string, string -> list[string]", (run, a) -> rsplit(run, a, -1));
    all.add(
        "split",
        "string, string, int -> list[string]",
        (run, a) -> split(run, a, Library.whole(a[2])));
    all.add(
        "rsplit",
        "string, string, int -> list[string]",
        (run, a) -> rsplit(run, a, Library.whole(a[2])));
    all.add("join", "list[string], string -> string", TextShapes::joined);
    all.add("join", "list[path], string -> string", TextShapes::joined);
    all.add("ljust", "string, int -> string", (run, a) -> padded(run, a, 0));
    all.add("rjust", "string, int -> string", (run, a) -> padded(run, a, 1));
    all.add("center", "string, int -> string", (run, a) -> padded(run, a, 2));
    for (String type : List.of("string", "int", "float")) {
      all.add("zfill", type + ", int -> string", TextShapes::filled);
    }
  }

  private static void strip(Library.Builder all, String name, boolean left, boolean right) {
    all.add(
        name,
        "string -> string",
        (run, a) -> stripped(run, Library.text(a[0]), TextFunctions::isSpace, left, right));
    all.add(
        name,
        "string, string -> string",
        (run, a) -> {
          Set<Integer> letters = new HashSet<>();
          run.read(Library.text(a[1]));
          Library.text(a[1]).codePoints().forEach(letters::add);
          return stripped(run, Library.text(a[0]), letters::contains, left, right);
        });
  }

  private static Value stripped(
      Run run, String text, IntPredicate drop, boolean left, boolean right) {
    run.read(text);
    int start = 0;
    int end = text.length();
    while (left && start < end && drop.test(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && drop.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return Value.of(text.substring(start, end));
  }

  private static Value words(Run run, Value[] a) {
    String text = Library.text(a[0]);
    run.read(text);
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean space = i == text.length() || TextFunctions.isSpace(text.charAt(i));
      if (space && start >= 0) {
        add(run, words, text.substring(start, i));
        start = -1;
      } else if (!space && start < 0) {
        start = i;
      }
    }
    return Value.texts(words);
  }

  /** A list of very many short texts is much larger than the text they came from. */
  private static void add(Run run, List<String> parts, String part) {
    parts.add(part);
    run.step(1);
    if (parts.size() % 1024 == 0) {
      run.reserve(64L * parts.size());
    }
  }

  private static Value split(Run run, Value[] a, long most) {
    String text = Library.text(a[0]);
    String separator = TextFunctions.wanted(run, "split", a[1]);
    run.read(text);
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = Search.indexOf(text, separator, 0);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      add(run, parts, text.substring(from, at));
      run.read(separator);
      from = at + separator.length();
      at = Search.indexOf(text, separator, from);
    }
    parts.add(text.substring(from));
    return Value.texts(parts);
  }

  private static Value rsplit(Run run, Value[] a, long most) {
    String text = Library.text(a[0]);
    String separator = TextFunctions.wanted(run, "rsplit", a[1]);
    run.read(text);
    List<String> parts = new ArrayList<>();
    int end = text.length();
    while (most < 0 || parts.size() < most) {
      // Looking back from a place is quick, as the separator is compared from its start.
      run.step(
          1L + (long) separator.length() * (separator.length() > 32 ? text.length() : 0) / 4096);
      int at =
          end - separator.length() < 0 ? -1 : text.lastIndexOf(separator, end - separator.length());
      if (at < 0) {
        break;
      }
      add(run, parts, text.substring(at + separator.length(), end));
      end = at;
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    return Value.texts(parts);
  }

  private static Value joined(Run run, Value[] a) {
    List<Value> items = Library.items(a[0]);
    String separator = Library.text(a[1]);
    run.step(items.size());
    long length = Library.times(separator.length(), items.size());
    for (Value item : items) {
      run.read(Library.text(item));
      length += Library.text(item).length();
    }
    run.reserve(Value.Text.bytesOf(length));
    run.step(length / 256);
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      joined.append(i == 0 ? "" : separator).append(Library.text(items.get(i)));
    }
    return Value.of(joined.toString());
  }

  /** Where spaces go: 0 behind, 1 before, 2 on both sides as Python shares them out. */
  private static Value padded(Run run, Value[] a, int where) {
    String text = Library.text(a[0]);
    long width = Library.whole(a[1]);
    long missing = missing(run, text, width);
    if (missing == 0) {
      return a[0];
    }
    long before =
        switch (where) {
          case 0 -> 0;
          case 1 -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return Value.of(" ".repeat((int) before) + text + " ".repeat((int) (missing - before)));
  }

  private static long missing(Run run, String text, long width) {
    run.read(text);
    long missing = Math.max(0, width - text.codePointCount(0, text.length()));
    run.reserve(Value.Text.bytesOf(Math.min(missing, Long.MAX_VALUE / 4) + text.length()));
    run.step(missing / 256);
    return missing;
  }

  private static Value filled(Run run, Value[] a) {
    String text = a[0].display();
    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    String zeros = "0".repeat((int) missing(run, text, Library.whole(a[1])));
    return Value.of(text.substring(0, sign) + zeros + text.substring(sign));
  }
}
