package blenderer.core;

import blenderer.model.JobPart;
import blenderer.model.JobState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Works out what rules of clean-up take away. Changes nothing. */
public final class Retention {

  private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;

  /**
   * What a job holds, in bytes. What several jobs share counts with each.
   *
   * @param finishedAt null: it has not
   */
  public record Holding(
      String job,
      String name,
      String owner,
      String project,
      JobState state,
      @Nullable Long finishedAt,
      long scenes,
      long frames,
      long previews,
      long logs) {

    /** Bytes of a part; null: of the job as a whole. */
    public long bytes(@Nullable JobPart part) {
      return switch (part) {
        case SCENES -> scenes;
        case FRAMES -> frames;
        case LOGS -> logs;
        case null -> scenes + frames + previews + logs;
      };
    }
  }

  /**
   * Something to go.
   *
   * @param part null: the job as a whole
   * @param why a clause
   */
  public record Item(Holding holding, @Nullable JobPart part, long bytes, String why) {}

  private Retention() {}

  /** What the rules take away now, each thing once, the jobs that finished first before others. */
  public static List<Item> plan(List<CleanRule> rules, List<Holding> holdings, long now) {
    List<Item> items = new ArrayList<>();
    Set<String> whole = new HashSet<>();
    List<Holding> oldest =
        holdings.stream()
            .filter(job -> job.state().isFinished() && job.finishedAt() != null)
            .sorted(Comparator.comparing(Retention::finishedAt).thenComparing(Holding::job))
            .toList();
    // Whole jobs first: what goes with one needs not go by itself.
    for (CleanRule rule : rules) {
      if (rule.part() == null) {
        for (Item item : of(rule, oldest, holdings, now)) {
          if (whole.add(item.holding().job())) {
            items.add(item);
          }
        }
      }
    }
    Set<List<Object>> taken = new HashSet<>();
    for (CleanRule rule : rules) {
      JobPart part = rule.part();
      if (part != null) {
        for (Item item : of(rule, oldest, holdings, now)) {
          String job = item.holding().job();
          if (!whole.contains(job) && taken.add(List.of(job, part))) {
            items.add(item);
          }
        }
      }
    }
    return List.copyOf(items);
  }

  private static long finishedAt(Holding job) {
    Long at = job.finishedAt();
    return at == null ? Long.MAX_VALUE : at;
  }

  private static List<Item> of(CleanRule rule, List<Holding> oldest, List<Holding> all, long now) {
    long held =
        all.stream()
            .filter(job -> isAbout(rule, job))
            .mapToLong(job -> job.bytes(rule.part()))
            .sum();
    List<Item> items = new ArrayList<>();
    for (Holding job : oldest) {
      long bytes = job.bytes(rule.part());
      boolean wanted =
          isAbout(rule, job)
              && rule.states().contains(job.state())
              && (bytes > 0 || rule.part() == null)
              && isOld(rule, job, now);
      Long most = rule.moreThanBytes();
      if (wanted && (most == null || held > most)) {
        items.add(new Item(job, rule.part(), bytes, why(rule, job, held, now)));
        held -= bytes;
      }
    }
    return items;
  }

  private static boolean isAbout(CleanRule rule, Holding job) {
    return rule.project() == null || rule.project().equals(job.project());
  }

  private static boolean isOld(CleanRule rule, Holding job, long now) {
    Integer days = rule.olderThanDays();
    return days == null || finishedAt(job) + days * DAY_MILLIS <= now;
  }

  private static String why(CleanRule rule, Holding job, long held, long now) {
    String age = "finished " + (now - finishedAt(job)) / DAY_MILLIS + " days ago";
    Long most = rule.moreThanBytes();
    return most == null
        ? age + ", and the rule keeps " + rule.olderThanDays() + " days"
        : age + ", and jobs hold " + held + " bytes of at most " + most;
  }
}
