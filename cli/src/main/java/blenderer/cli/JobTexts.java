package blenderer.cli;

import blenderer.api.Jobs;
import java.time.Duration;

/** Sentences and cells about jobs. */
final class JobTexts {

  private JobTexts() {}

  /** The time left, if anybody knows: a range that holds the truth in eight of ten cases. */
  static String left(Jobs.Job job) {
    Double seconds = job.secondsLeft();
    Double low = job.secondsLeftLow();
    Double high = job.secondsLeftHigh();
    if (low == null || high == null) {
      return seconds == null ? "" : time(seconds);
    }
    String from = time(low);
    String to = time(high);
    return from.equals(to) ? from : from + " to " + to;
  }

  private static String time(double seconds) {
    return Texts.time(Duration.ofMillis((long) (seconds * 1000)));
  }

  /** {@code 'shot' (01ab…)}. */
  static String called(Jobs.Job job) {
    return "'" + Texts.clean(job.name()) + "' (" + job.id() + ")";
  }

  /** What a person calls the tasks: frames, where they are. */
  static String unit(Jobs.Job job) {
    return !job.steps().isEmpty()
            && job.steps().stream().allMatch(step -> step.label().equalsIgnoreCase("frame"))
        ? "frame"
        : "task";
  }

  /** How many frames somebody has to look at, and how. */
  static String flagged(Jobs.Job job) {
    return job.flagged()
        + (job.flagged() == 1 ? " needs" : " need")
        + " a look: 'blenderer frames "
        + job.id()
        + " --flagged'";
  }

  /** How long it ran. */
  static String took(Jobs.Job job) {
    Long from = job.startedAt();
    Long to = job.finishedAt();
    return from == null || to == null ? "" : Texts.time(Duration.ofMillis(to - from));
  }
}
