package blenderer.server.trust;

import java.util.List;

/** What people call a browser, of what it says of itself. */
final class BrowserName {

  /** A later one says the name of an earlier one, too. */
  private static final List<String> PROGRAMS =
      List.of("Edg/", "OPR/", "Firefox/", "FxiOS/", "Chromium/", "CriOS/", "Chrome/", "Safari/");

  private static final List<String> SYSTEMS =
      List.of("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux");

  private BrowserName() {}

  static String of(String userAgent) {
    String program =
        PROGRAMS.stream().filter(userAgent::contains).map(BrowserName::word).findFirst().orElse("");
    String system = SYSTEMS.stream().filter(userAgent::contains).findFirst().orElse("");
    if (program.isEmpty()) {
      return "a browser";
    }
    return system.isEmpty()
        ? program
        : program + " on " + (system.equals("Macintosh") ? "macOS" : system);
  }

  private static String word(String mark) {
    return switch (mark) {
      case "Edg/" -> "Edge";
      case "OPR/" -> "Opera";
      case "FxiOS/" -> "Firefox";
      case "CriOS/" -> "Chrome";
      default -> mark.substring(0, mark.length() - 1);
    };
  }
}
