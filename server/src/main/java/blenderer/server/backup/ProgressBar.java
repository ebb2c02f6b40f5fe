package blenderer.server.backup;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * One line that is written again and again on a terminal; elsewhere a line every ten seconds, so
 * that a log shows that it goes on.
 */
final class ProgressBar implements Progress, AutoCloseable {

  private static final int WIDTH = 24;
  private static final long TERMINAL_PAUSE_NANOS = 100_000_000L;
  private static final long PLAIN_PAUSE_NANOS = 10_000_000_000L;

  private final PrintWriter out;
  private final boolean terminal;
  private long shownAt = System.nanoTime();
  private boolean open;

  ProgressBar(PrintWriter out) {
    this(out, isTerminal());
  }

  ProgressBar(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  @Override
  public synchronized void at(String what, long done, long total, Unit unit) {
    long now = System.nanoTime();
    boolean end = total > 0 && done >= total;
    if (now - shownAt < (terminal ? TERMINAL_PAUSE_NANOS : PLAIN_PAUSE_NANOS)
        && !(end && terminal)) {
      return;
    }
    shownAt = now;
    String text = text(what, done, total, unit);
    if (terminal) {
      out.print("\r" + text + "\033[K");
      open = true;
    } else {
      out.println(text);
    }
    out.flush();
  }

  private String text(String what, long done, long total, Unit unit) {
    String amount = amount(done, unit) + (total > 0 ? " of " + amount(total, unit) : "");
    if (total <= 0) {
      return what + ": " + amount;
    }
    double part = Math.clamp((double) done / total, 0, 1);
    String percent = String.format(Locale.ROOT, "%3d %%", (int) (part * 100));
    if (!terminal) {
      return what + ": " + percent.strip() + ", " + amount;
    }
    int full = (int) (part * WIDTH);
    return String.format(
        Locale.ROOT,
        "%-8s [%s%s] %s  %s",
        what,
        "#".repeat(full),
        "-".repeat(WIDTH - full),
        percent,
        amount);
  }

  private static String amount(long number, Unit unit) {
    return unit == Unit.ROWS ? String.format(Locale.ROOT, "%,d rows", number) : bytes(number);
  }

  /** For people, such as {@code 1.5 GB}. */
  static String bytes(long number) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = number;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0
        ? number + " B"
        : String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  /** Leaves what was shown last. */
  @Override
  public synchronized void close() {
    if (open) {
      out.println();
      out.flush();
      open = false;
    }
  }
}
