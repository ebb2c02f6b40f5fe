package blenderer.cli;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * One line that says how far something is: rewritten in place on a terminal; elsewhere a line of
 * its own, and not more often than every few seconds.
 */
public final class ProgressLine {

  private static final long PLAIN_PAUSE_NANOS = 5_000_000_000L;
  private static final long TERMINAL_PAUSE_NANOS = 50_000_000L;
  private static final int BAR = 24;

  private final PrintWriter out;
  private final Surroundings around;
  private final int width;
  private boolean shown;
  private boolean any;
  private long lastNanos;
  private String last = "";

  public ProgressLine(PrintWriter out, Surroundings around) {
    this.out = out;
    this.around = around;
    this.width = around.width().getAsInt();
  }

  /** {@code [######----] 60 %}, without the bar where nobody sees it. */
  public String bar(long done, long total) {
    double part = total <= 0 ? 0 : Math.clamp((double) done / total, 0, 1);
    String percent = String.format(Locale.ROOT, "%3d %%", (int) Math.floor(part * 100));
    if (!around.terminal()) {
      return percent.strip();
    }
    int full = (int) Math.round(part * BAR);
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] " + percent;
  }

  /** Shows a text in place of the one before, unless that was a moment ago. */
  public synchronized void show(String text) {
    show(text, false);
  }

  /**
   * Shows a text.
   *
   * @param important also if another was shown a moment ago
   */
  synchronized void show(String text, boolean important) {
    long now = System.nanoTime();
    long pause = around.terminal() ? TERMINAL_PAUSE_NANOS : PLAIN_PAUSE_NANOS;
    if (text.equals(last) || (any && !important && now - lastNanos < pause)) {
      return;
    }
    any = true;
    lastNanos = now;
    last = text;
    if (around.terminal()) {
      out.print("\r" + Texts.cut(text, width - 1) + "\033[K");
      shown = true;
    } else {
      out.println(text);
    }
    out.flush();
  }

  /** Takes the line away, before something else is printed. */
  public synchronized void clear() {
    if (shown) {
      out.print("\r\033[K");
      out.flush();
      shown = false;
      last = "";
    }
  }
}
