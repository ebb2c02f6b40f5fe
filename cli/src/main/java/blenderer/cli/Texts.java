package blenderer.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How times, sizes and other people's words look. */
final class Texts {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private Texts() {}

  /** {@code 1:05} or {@code 2:01:05}. */
  static String time(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /** {@code 12.3 MB}; thousands, as disks are sold. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    String[] units = {"kB", "MB", "GB", "TB", "PB"};
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  /** {@code 5 min ago}; a date when it is longer than a day; a dash when never. */
  static String ago(@Nullable Long millis, Instant now) {
    if (millis == null) {
      return "-";
    }
    long seconds = Duration.between(Instant.ofEpochMilli(millis), now).toSeconds();
    if (seconds < 5) {
      return "now";
    }
    if (seconds < 60) {
      return seconds + " s ago";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min ago";
    }
    if (seconds < 24 * 3600) {
      return seconds / 3600 + " h ago";
    }
    return date(millis);
  }

  /** Date and minute in this computer's time zone. */
  static String date(long millis) {
    return DAY.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }

  /**
   * Other people's words without what moves a terminal's cursor or changes its colours.
   *
   * @param lines whether line ends and tabs stay
   */
  static String clean(String text, boolean lines) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              boolean layout = c == '\n' || c == '\t';
              boolean control =
                  Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
              if (!control || (lines && layout)) {
                clean.appendCodePoint(c);
              } else if (layout) {
                clean.append(' ');
              }
            });
    return clean.toString();
  }

  static String clean(String text) {
    return clean(text, false);
  }

  /** How many columns a text takes. */
  static int width(String text) {
    return text.codePoints().map(Texts::width).sum();
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x2E80 && c <= 0xA4CF)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1FAFF)
            || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
  }

  /** The text in at most so many columns, with a mark where something was left out. */
  static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int used = 0;
    for (int c : text.codePoints().toArray()) {
      if (used + width(c) > columns - 1) {
        break;
      }
      cut.appendCodePoint(c);
      used += width(c);
    }
    return cut.append('…').toString();
  }

  static String plural(long count, String one) {
    return count + " " + one + (count == 1 ? "" : "s");
  }
}
