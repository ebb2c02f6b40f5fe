package blenderer.openjd;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The names and values that host requirements may use (§3.3). */
final class Capabilities {

  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_VALUE = 100;
  private static final String ID = "[a-z_][a-z0-9_]*";
  private static final Pattern NAME =
      Pattern.compile("(?:(" + ID + "):)?(amount|attr)\\.(" + ID + ")((?:\\." + ID + ")*)");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Set<String> RESERVED = Set.of("worker", "job", "step", "task");
  private static final Set<String> AMOUNTS =
      Set.of(
          "amount.worker.vcpu",
          "amount.worker.memory",
          "amount.worker.gpu",
          "amount.worker.gpu.memory",
          "amount.worker.disk.scratch");
  private static final Map<String, List<String>> ATTRIBUTES =
      Map.of(
          "attr.worker.os.family", List.of("linux", "windows", "macos"),
          "attr.worker.cpu.arch", List.of("x86_64", "arm64"));

  private Capabilities() {}

  /** What is wrong with the name of an amount or an attribute, or the empty text. */
  static String nameComplaint(String name, boolean amount) {
    String kind = amount ? "amount" : "attr";
    String lower = name.toLowerCase(Locale.ROOT);
    if (name.codePointCount(0, name.length()) > LONGEST_NAME) {
      return "the capability name '" + name + "' has more than " + LONGEST_NAME + " characters";
    }
    var matcher = NAME.matcher(lower);
    if (!matcher.matches() || !matcher.group(2).equals(kind)) {
      return "'" + name + "' is not a capability name such as " + kind + ".custom";
    }
    boolean standard = amount ? AMOUNTS.contains(lower) : ATTRIBUTES.containsKey(lower);
    if (matcher.group(1) == null && RESERVED.contains(matcher.group(3)) && !standard) {
      Set<String> all = amount ? AMOUNTS : ATTRIBUTES.keySet();
      return "'"
          + name
          + "' is not one of the standard capabilities "
          + String.join(", ", all.stream().sorted().toList())
          + Near.hint(lower, all);
    }
    return "";
  }

  /** What is wrong with one value of the attribute {@code name}, or the empty text. */
  static String valueComplaint(String name, String value) {
    if (value.length() > LONGEST_VALUE || !VALUE.matcher(value).matches()) {
      return "'"
          + value
          + "' is not a value of letters, digits, _ and - that starts with a letter or _ and has at"
          + " most "
          + LONGEST_VALUE
          + " characters";
    }
    List<String> known = ATTRIBUTES.get(name.toLowerCase(Locale.ROOT));
    if (known != null && !known.contains(value.toLowerCase(Locale.ROOT))) {
      return "'" + value + "' is not one of " + String.join(", ", known);
    }
    return "";
  }

  /** Whether a host has one value of the attribute and never two. */
  static boolean isSingleValued(String name) {
    return ATTRIBUTES.containsKey(name.toLowerCase(Locale.ROOT));
  }
}
