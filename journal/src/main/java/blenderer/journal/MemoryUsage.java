package blenderer.journal;

import blenderer.core.History;
import blenderer.core.Row.Attempt;
import blenderer.model.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Usage of what a history in memory holds, for tests: deleted jobs are forgotten. */
public final class MemoryUsage implements UsageLog {

  private static final Comparator<Row> ORDER =
      Comparator.comparing(Row::day)
          .thenComparing(Row::person)
          .thenComparing(Row::project)
          .thenComparing(Row::node);

  private final History history;

  public MemoryUsage(History history) {
    this.history = history;
  }

  @Override
  public List<Row> usage(int firstDay, int lastDay) {
    Map<List<Object>, Row> sums = new TreeMap<>(Comparator.comparing(Object::toString));
    for (History.JobView job :
        history.jobs(new History.JobFilter(null, null, null), null, Integer.MAX_VALUE)) {
      String id = job.job().id();
      for (History.Numbered<Attempt> one :
          history.attempts(id, new History.TaskFilter(null, null, null), 0, Integer.MAX_VALUE)) {
        Attempt attempt = one.row();
        int day = Math.toIntExact(attempt.endedAt() / 86_400_000);
        if (day < firstDay || day > lastDay) {
          continue;
        }
        boolean failed = attempt.outcome() == Outcome.FAILED || attempt.outcome() == Outcome.LOST;
        Row row =
            new Row(
                day,
                job.job().owner(),
                job.job().project(),
                attempt.node(),
                Math.max(0, attempt.endedAt() - attempt.startedAt()),
                attempt.outcome() == Outcome.SUCCEEDED ? 1 : 0,
                failed ? 1 : 0);
        sums.merge(
            List.of(row.day(), row.person(), row.project(), row.node()), row, MemoryUsage::sum);
      }
    }
    List<Row> rows = new ArrayList<>(sums.values());
    rows.sort(ORDER);
    return List.copyOf(rows);
  }

  private static Row sum(Row a, Row b) {
    return new Row(
        a.day(),
        a.person(),
        a.project(),
        a.node(),
        a.millis() + b.millis(),
        a.succeeded() + b.succeeded(),
        a.failed() + b.failed());
  }
}
