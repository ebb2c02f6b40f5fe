package blenderer.cli;

import blenderer.api.Jobs;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When a job runs, and on how much of the farm. */
final class TermsOptions {

  private static final Pattern FROM_NOW = Pattern.compile("\\+(\\d{1,6})([mhd])");

  private static final Pattern TIME = Pattern.compile("(\\d{1,5})([smh]?)");

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "The most slots of the farm that the job has at once.")
  @Nullable Integer slots;

  @Option(
      names = "--start",
      paramLabel = "WHEN",
      description =
          "Not before that time: 18:30 (the next one), 2026-11-27T08:00, or +2h (m, h or d from"
              + " now).")
  @Nullable String start;

  @Option(
      names = "--after",
      paramLabel = "ID",
      description = "Only once that job is done; may be repeated.")
  @Nullable List<String> after;

  @Option(
      names = "--finish-by",
      paramLabel = "WHEN",
      description =
          "Should be done by then: goes first among jobs of its priority when it would be late.")
  @Nullable String finishBy;

  @Option(
      names = "--max-failures",
      paramLabel = "N",
      description = "Stop the job when more of its tasks than that have failed.")
  @Nullable Integer maxFailures;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "A task that takes longer has failed: 90s, 30m or 2h.")
  @Nullable String timeout;

  @Option(
      names = "--twins",
      paramLabel = "on|off",
      description =
          "Whether an idle node may do a task that another node is slow at; whoever is done first"
              + " counts. If not said: on, but off for commands and templates of your own.")
  @Nullable String twins;

  @Option(
      names = "--preemptible",
      paramLabel = "on|off",
      description =
          "Whether the job gives its slots to jobs of any higher priority as soon as current frames"
              + " end. If not said: off.")
  @Nullable String preemptible;

  @Option(
      names = "--prefer",
      paramLabel = "ATTR=VALUE",
      description =
          "Nodes with that attribute get the job first, such as pool=fast or"
              + " attr.worker.os.family=linux; may be repeated: all of them. 'none': no more.")
  @Nullable List<String> prefer;

  /** Whether any of them was given. */
  boolean isGiven() {
    return slots != null
        || start != null
        || after != null
        || finishBy != null
        || maxFailures != null
        || timeout != null
        || twins != null
        || preemptible != null
        || prefer != null;
  }

  /**
   * As the server has it; null: nothing was asked for.
   *
   * @param least the smallest number of slots
   */
  Jobs.@Nullable Terms terms(boolean hold, int least, Clock clock) {
    if (slots != null && slots < least) {
      throw CommandFailure.wrongUse(
          "A job cannot have " + slots + " slots.", "Give " + least + " or more.");
    }
    return isGiven() || hold
        ? new Jobs.Terms(
            hold ? true : null,
            slots,
            start == null ? null : Long.valueOf(millis(start, clock)),
            after == null ? null : new ArrayList<>(after),
            finishBy == null ? null : Long.valueOf(millis(finishBy, clock)),
            maxFailures,
            timeout == null ? null : Integer.valueOf(seconds(timeout)),
            null,
            null,
            twins == null ? null : Boolean.valueOf(isOn(twins)),
            preemptible == null ? null : Boolean.valueOf(isOn(preemptible)),
            prefer == null ? null : preferences(prefer))
        : null;
  }

  /** Short forms are written out. */
  private static List<String> preferences(List<String> given) {
    List<String> all = new ArrayList<>();
    for (String one : given) {
      if (!one.equals("none")) {
        all.add(one.startsWith("pool=") ? "attr.farm." + one : one);
      }
    }
    return all;
  }

  private static boolean isOn(String word) {
    return switch (word) {
      case "on" -> true;
      case "off" -> false;
      default ->
          throw CommandFailure.wrongUse(
              "'" + word + "' is neither on nor off.", "Write on or off.");
    };
  }

  private static int seconds(String time) {
    Matcher matcher = TIME.matcher(time);
    if (!matcher.matches()) {
      throw CommandFailure.wrongUse("'" + time + "' is no time.", "Write it as 90s, 30m or 2h.");
    }
    int unit =
        switch (matcher.group(2)) {
          case "h" -> 3600;
          case "m" -> 60;
          default -> 1;
        };
    return Integer.parseInt(matcher.group(1)) * unit;
  }

  static long millis(String when, Clock clock) {
    Matcher fromNow = FROM_NOW.matcher(when);
    if (fromNow.matches()) {
      long number = Long.parseLong(fromNow.group(1));
      Duration time =
          switch (fromNow.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      return clock.instant().plus(time).toEpochMilli();
    }
    if (when.equals("now")) {
      return 0;
    }
    ZoneId zone = clock.getZone();
    try {
      if (when.toUpperCase(Locale.ROOT).endsWith("Z")) {
        return Instant.parse(when).toEpochMilli();
      }
      if (when.contains("T")) {
        return LocalDateTime.parse(when).atZone(zone).toInstant().toEpochMilli();
      }
      ZonedDateTime now = clock.instant().atZone(zone);
      ZonedDateTime today = now.with(LocalTime.parse(when));
      return (today.isAfter(now) ? today : today.plusDays(1)).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw CommandFailure.wrongUse(
          "'" + when + "' is no time.", "Write it as 18:30, 2026-11-27T08:00 or +2h.");
    }
  }
}
