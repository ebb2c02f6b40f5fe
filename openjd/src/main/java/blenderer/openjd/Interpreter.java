package blenderer.openjd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The interpreters that a step can name instead of a script (§8, extension FEATURE_BUNDLE_1): the
 * text becomes an embedded file, which the interpreter is started with.
 */
enum Interpreter {
  BASH(".sh"),
  PYTHON(".py"),
  CMD(".bat", "/C"),
  POWERSHELL(".ps1", "-File"),
  NODE(".js");

  private static final String FILE = "SimpleAction";

  private final String suffix;
  private final List<String> before;

  Interpreter(String suffix, String... before) {
    this.suffix = suffix;
    this.before = List.of(before);
  }

  /** The key in a template, and the command that is run. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Interpreter::word).toList();
  }

  static Interpreter ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  FormatString command() {
    return FormatString.literal(word());
  }

  EmbeddedFile file(FormatString script) {
    return new EmbeddedFile(
        FILE, "simple-action" + suffix, false, script, EmbeddedFile.LineEnds.AUTO);
  }

  /** The whole of the arguments: the interpreter's own, the file, then the writer's. */
  List<FormatString> args(List<FormatString> written) {
    List<FormatString> all = new ArrayList<>();
    before.forEach(arg -> all.add(FormatString.literal(arg)));
    all.add(FormatString.parse("{{Task.File." + FILE + "}}"));
    all.addAll(written);
    return all;
  }
}
