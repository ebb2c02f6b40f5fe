package blenderer.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one event changed, each row once in its last state, in an order that SQL can keep.
 */
final class Ledger {

  private static final Decision.Verdict DONE = new Decision.Verdict.Done();
  private static final int MOST_KEPT = 64;

  private Map<String, Row.Job> submitted = new LinkedHashMap<>();
  private Set<JobEntry> jobs = new LinkedHashSet<>();
  private Set<StepEntry> steps = new LinkedHashSet<>();

  private record TaskKey(StepEntry step, int index) {}

  private Map<TaskKey, Row.Task> tasks = new LinkedHashMap<>();
  private Map<LeaseEntry, Row> leases = new LinkedHashMap<>();
  private Set<NodeEntry> nodes = new LinkedHashSet<>();
  private final List<Row> facts = new ArrayList<>();
  private Map<String, Row.Judgement> judgements = new LinkedHashMap<>();
  private final List<Row> deletions = new ArrayList<>();
  private final List<Decision.Answer> answers = new ArrayList<>();
  private Decision.Verdict verdict = DONE;

  void submitted(Row.Job row) {
    submitted.put(row.id(), row);
  }

  void job(JobEntry job) {
    jobs.add(job);
  }

  void step(StepEntry step) {
    steps.add(step);
  }

  /**
   * @param endedAt when it finished; null: it has not
   */
  void task(TaskEntry task, @Nullable Long endedAt) {
    tasks.put(new TaskKey(task.step, task.index), task.row(endedAt));
  }

  void lease(LeaseEntry lease) {
    leases.put(lease, lease.row());
  }

  void leaseEnded(LeaseEntry lease) {
    leases.put(lease, new Row.LeaseEnded(lease.id));
  }

  /** A lease that stands in the journal alone is over. */
  void leaseEnded(String id) {
    facts.add(new Row.LeaseEnded(id));
  }

  void node(NodeEntry node) {
    nodes.add(node);
  }

  void limit(Row.Limit limit) {
    facts.add(limit);
  }

  void attempt(Row.Attempt attempt) {
    facts.add(attempt);
  }

  void output(Row.Output output) {
    facts.add(output);
  }

  void look(Row.Look look) {
    facts.add(look);
  }

  void judgement(Row.Judgement row) {
    String key = row.job() + "/" + row.step() + "/" + row.index() + "/" + row.generation();
    judgements.put(key, row);
  }

  void cleaned(Row.Cleaned row) {
    facts.add(row);
  }

  void deleted(String job) {
    deletions.add(new Row.JobDeleted(job));
  }

  void answer(Decision.Answer answer) {
    answers.add(answer);
  }

  void refuse(String code, String message) {
    verdict = new Decision.Verdict.Refused(code, message);
  }

  void notLoaded(String job) {
    verdict = new Decision.Verdict.NotLoaded(job);
  }

  /** All that was collected; it begins anew. */
  Decision decision(Now now) {
    List<Row> rows = new ArrayList<>();
    for (NodeEntry node : nodes) {
      rows.add(node.row(now));
    }
    for (JobEntry job : jobs) {
      Row.Job first = submitted.get(job.id());
      Row.Job row = job.row();
      rows.add(first == null ? row : row.withInputs(first.inputs()));
    }
    for (StepEntry step : steps) {
      rows.add(step.currentRow());
    }
    rows.addAll(tasks.values());
    rows.addAll(leases.values());
    rows.addAll(facts);
    rows.addAll(judgements.values());
    rows.addAll(deletions);
    Decision decision = new Decision(List.copyOf(rows), List.copyOf(answers), verdict);
    forget();
    return decision;
  }

  private void forget() {
    submitted = empty(submitted);
    jobs = empty(jobs);
    steps = empty(steps);
    tasks = empty(tasks);
    leases = empty(leases);
    nodes = empty(nodes);
    facts.clear();
    judgements = empty(judgements);
    deletions.clear();
    answers.clear();
    verdict = DONE;
  }

  /** The same for the next event; but clearing what was large once would cost time for ever. */
  private static <K, V> Map<K, V> empty(Map<K, V> used) {
    if (used.size() > MOST_KEPT) {
      return new LinkedHashMap<>();
    }
    used.clear();
    return used;
  }

  private static <T> Set<T> empty(Set<T> used) {
    if (used.size() > MOST_KEPT) {
      return new LinkedHashSet<>();
    }
    used.clear();
    return used;
  }
}
