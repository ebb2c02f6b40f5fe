package blenderer.server.routes;

import blenderer.api.Jobs;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.model.JobState;
import blenderer.server.http.HttpError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a job's terms of what a person asks for, or says what is wrong with it. */
final class TermsCheck {

  private static final int MOST_SLOTS = 1_000_000;
  private static final int MOST_BEFORE = 100;
  private static final int MOST_SECONDS = 100 * 24 * 3600;
  private static final int MOST_POOLS = 20;
  private static final Pattern POOL = Pattern.compile("[a-z_][a-z0-9_-]{0,99}");
  private static final Pattern PREFERENCE =
      Pattern.compile("attr(\\.[a-z_][a-z0-9_]*){2,}=[a-z0-9_. /+-]{1,100}");
  private static final long LAST_MILLIS = 253_402_300_799_999L; // the end of the year 9999

  private final History history;

  TermsCheck(History history) {
    this.history = history;
  }

  /**
   * @param id the job's
   * @param wanted what is null stays; a number of 0 takes the bound away
   */
  Row.Terms merged(String id, Row.Terms now, Jobs.@Nullable Terms wanted) {
    if (wanted == null) {
      return now;
    }
    Integer slots = wanted.slots();
    if (slots != null && (slots < 0 || slots > MOST_SLOTS)) {
      throw HttpError.of(
          422,
          "bad-slots",
          "A job cannot have " + slots + " slots.",
          "Give 1 to " + MOST_SLOTS + ", or 0 for any number.");
    }
    Long notBefore = wanted.notBefore();
    if (notBefore != null && (notBefore < 0 || notBefore > LAST_MILLIS)) {
      throw HttpError.of(
          422,
          "bad-start",
          "A job cannot start at " + notBefore + ".",
          "Give milliseconds since 1970, or 0 for at once.");
    }
    List<String> after = wanted.after();
    return new Row.Terms(
        slots == null ? now.slots() : slots == 0 ? null : slots,
        notBefore == null ? now.notBefore() : notBefore == 0 ? null : notBefore,
        after == null ? now.after() : before(id, after),
        finishBy(now.finishBy(), wanted.finishBy()),
        bound("failures", now.maxFailures(), wanted.maxFailures()),
        timeout(now.timeoutMillis(), wanted.timeoutSeconds()),
        now.frames(),
        wanted.twins() == null ? now.twins() : wanted.twins(),
        wanted.preemptible() == null ? now.preemptible() : wanted.preemptible(),
        wanted.prefer() == null ? now.prefers() : prefers(wanted.prefer()));
  }

  private static List<String> prefers(List<String> wanted) {
    List<String> all = new ArrayList<>();
    for (String one : wanted) {
      String lower = Query.need(one, "prefer").toLowerCase(Locale.ROOT);
      if (wanted.size() > MOST_POOLS || !PREFERENCE.matcher(lower).matches()) {
        throw HttpError.of(
            422,
            "bad-preference",
            "'" + lower + "' is no attribute, or there are more than " + MOST_POOLS + ".",
            "Write it as attr.worker.os.family=linux: a name that begins with attr. and a value.");
      }
      all.add(lower);
    }
    return all;
  }

  private static @Nullable Long finishBy(@Nullable Long now, @Nullable Long wanted) {
    if (wanted != null && (wanted < 0 || wanted > LAST_MILLIS)) {
      throw HttpError.of(
          422,
          "bad-finish",
          "A job cannot be done by " + wanted + ".",
          "Give milliseconds since 1970, or 0 for any time.");
    }
    return wanted == null ? now : wanted == 0 ? null : wanted;
  }

  /** A number of which a negative one takes the bound away. */
  private static @Nullable Integer bound(
      String what, @Nullable Integer now, @Nullable Integer wanted) {
    if (wanted != null && (wanted < -1 || wanted > MOST_SLOTS)) {
      throw HttpError.of(
          422,
          "bad-" + what,
          "A job cannot stop after " + wanted + " " + what + ".",
          "Give 0 to " + MOST_SLOTS + ", or -1 for any number.");
    }
    return wanted == null ? now : wanted == -1 ? null : wanted;
  }

  private static @Nullable Long timeout(@Nullable Long nowMillis, @Nullable Integer wanted) {
    if (wanted != null && (wanted < 0 || wanted > MOST_SECONDS)) {
      throw HttpError.of(
          422,
          "bad-timeout",
          "A task cannot have " + wanted + " seconds.",
          "Give 1 to " + MOST_SECONDS + ", or 0 for any time.");
    }
    return wanted == null ? nowMillis : wanted == 0 ? null : Long.valueOf(wanted * 1000L);
  }

  /** The terms of a job that is there already. */
  Row.Terms changed(Row.Job job, Jobs.Terms wanted) {
    return merged(job.id(), job.terms(), wanted);
  }

  /** The pools of a submission, in lower case; none: any node will do. */
  static List<String> pools(Jobs.@Nullable Terms wanted) {
    List<String> named = wanted == null ? null : wanted.pools();
    return named == null ? List.of() : checkedPools(named);
  }

  /** Names of pools in lower case. */
  static List<String> checkedPools(List<String> named) {
    List<String> pools =
        named.stream()
            .map(name -> Query.need(name, "pools").toLowerCase(Locale.ROOT))
            .distinct()
            .toList();
    for (String pool : pools) {
      if (pools.size() > MOST_POOLS || !POOL.matcher(pool).matches()) {
        throw HttpError.of(
            422,
            "bad-pool",
            "'" + pool + "' names no pool, or there are more than " + MOST_POOLS + ".",
            "Write letters, digits, - and _, beginning with a letter: as nodes got it with"
                + " --pool.");
      }
    }
    return pools;
  }

  private List<String> before(String id, List<String> after) {
    if (after.size() > MOST_BEFORE) {
      throw HttpError.of(
          422,
          "too-many-before",
          after.size() + " jobs are too many to wait for.",
          "Name at most " + MOST_BEFORE + ".");
    }
    List<String> ids = new ArrayList<>();
    for (String prefix : after) {
      Row.Job other = JobRoutes.find(history, Query.need(prefix, "after")).job();
      if (other.id().compareTo(id) >= 0) {
        throw HttpError.of(
            422,
            "bad-after",
            "A job can wait only for one that was submitted before it.",
            "Name an older job than this.");
      }
      if (other.state() == JobState.FAILED || other.state() == JobState.CANCELLED) {
        throw HttpError.of(
            409,
            "before-not-done",
            "Job '"
                + other.name()
                + "', after which this one is to run, "
                + (other.state() == JobState.FAILED ? "failed." : "was cancelled."),
            "Retry it first, or leave out --after.");
      }
      if (!ids.contains(other.id())) {
        ids.add(other.id());
      }
    }
    return ids;
  }
}
