package blenderer.server.routes;

import blenderer.api.CleanUp;
import blenderer.cas.SpaceGuard;
import blenderer.core.CleanRule;
import blenderer.core.Retention;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.StorageLog;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import blenderer.server.cleaning.Cleaner;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What holds the store's bytes, and the rules by which it goes. */
final class CleanUpRoutes {

  private static final int MOST_RULES = 100;
  private static final int MOST_JOBS = 100;
  private static final String WHOLE = "jobs";

  private final StorageLog storage;
  private final Cleaner cleaner;
  private final SpaceGuard space;
  private final long minFree;

  CleanUpRoutes(StorageLog storage, Cleaner cleaner, SpaceGuard space, long minFree) {
    this.storage = storage;
    this.cleaner = cleaner;
    this.space = space;
    this.minFree = minFree;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/storage", Action.SEE_FARM, this::storage),
        new Endpoint("GET", "/v1/clean-up/rules", Action.SEE_FARM, this::rules),
        new Endpoint("PUT", "/v1/clean-up/rules", Action.CLEAN_UP, this::set),
        new Endpoint("POST", "/v1/clean-up", Action.CLEAN_UP, this::run));
  }

  private void storage(Exchange exchange, Identity caller) throws IOException {
    List<CleanUp.Kind> kinds =
        storage.totals().stream()
            .map(total -> new CleanUp.Kind(total.kind(), total.bytes(), total.blobs()))
            .toList();
    List<CleanUp.Job> jobs =
        storage.holdings().stream()
            .filter(job -> job.bytes(null) > 0)
            .sorted(Comparator.comparingLong((Retention.Holding job) -> job.bytes(null)).reversed())
            .limit(MOST_JOBS)
            .map(
                job ->
                    new CleanUp.Job(
                        job.job(),
                        job.name(),
                        job.owner(),
                        job.project(),
                        job.state().word(),
                        job.finishedAt(),
                        job.scenes(),
                        job.frames(),
                        job.previews(),
                        job.logs()))
            .toList();
    exchange.json(
        200,
        new CleanUp.Storage(
            kinds.stream().mapToLong(CleanUp.Kind::bytes).sum(),
            kinds.stream().mapToLong(CleanUp.Kind::blobs).sum(),
            space.free().getAsLong(),
            minFree,
            kinds,
            jobs));
  }

  private void rules(Exchange exchange, Identity caller) throws IOException {
    exchange.json(200, view(storage.rules()));
  }

  private static CleanUp.Rules view(List<CleanRule> rules) {
    return new CleanUp.Rules(
        rules.stream()
            .map(
                rule ->
                    new CleanUp.Rule(
                        word(rule.part()),
                        rule.olderThanDays(),
                        rule.moreThanBytes(),
                        rule.states().stream().map(JobState::word).sorted().toList(),
                        rule.project()))
            .toList());
  }

  private static String word(@Nullable JobPart part) {
    return part == null ? WHOLE : part.word();
  }

  private void set(Exchange exchange, Identity caller) throws IOException {
    List<CleanRule> rules = read(exchange.json(CleanUp.Rules.class).rules());
    storage.rules(rules);
    exchange.json(200, view(rules));
  }

  private static List<CleanRule> read(@Nullable List<CleanUp.Rule> rules) {
    List<CleanRule> read = new ArrayList<>();
    for (CleanUp.Rule rule : Query.need(rules, "rules")) {
      read.add(read(Query.need(rule, "rules")));
    }
    if (read.size() > MOST_RULES) {
      throw bad(read.size() + " rules are too many.", "Set at most " + MOST_RULES + ".");
    }
    return read;
  }

  private static CleanRule read(CleanUp.Rule rule) {
    String kind = Query.need(rule.kind(), "rules/kind");
    Integer days = rule.olderThanDays();
    Long bytes = rule.moreThanBytes();
    if ((days == null && bytes == null)
        || (days != null && days < 0)
        || (bytes != null && bytes < 0)) {
      throw bad(
          "A rule says from which age or which size on " + kind + " go.",
          "Give olderThanDays or moreThanBytes, 0 or more.");
    }
    List<String> words = rule.states();
    Set<JobState> states = EnumSet.of(JobState.DONE, JobState.FAILED, JobState.CANCELLED);
    try {
      if (words != null) {
        states = EnumSet.noneOf(JobState.class);
        for (String word : words) {
          states.add(JobState.ofWord(Query.need(word, "rules/states")));
        }
      }
      return new CleanRule(
          kind.equals(WHOLE) ? null : JobPart.ofWord(kind), days, bytes, states, rule.project());
    } catch (IllegalArgumentException e) {
      throw bad(
          "A rule is about scenes, frames, logs or jobs, of jobs that are done, failed or"
              + " cancelled.",
          "Use these words; jobs that are not finished lose nothing.");
    }
  }

  private static HttpError bad(String title, String next) {
    return HttpError.of(422, "bad-rule", title, next);
  }

  private void run(Exchange exchange, Identity caller) throws IOException {
    CleanUp.Run wanted = exchange.json(CleanUp.Run.class);
    List<CleanRule> rules = wanted.rules() == null ? storage.rules() : read(wanted.rules());
    Cleaner.Cleaned cleaned = wanted.dryRun() ? cleaner.plan(rules) : cleaner.run(rules);
    List<CleanUp.Item> items =
        cleaned.items().stream()
            .map(
                item ->
                    new CleanUp.Item(
                        item.holding().job(),
                        item.holding().name(),
                        item.holding().owner(),
                        item.holding().project(),
                        word(item.part()),
                        item.bytes(),
                        item.why()))
            .toList();
    exchange.json(200, new CleanUp.Report(wanted.dryRun(), items, cleaned.bytes()));
  }
}
