package blenderer.server.routes;

import blenderer.core.Event;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import blenderer.openjd.ChangedFrames;
import blenderer.openjd.Job;
import blenderer.openjd.TaskSpace;
import blenderer.openjd.range.RangeExpression;
import blenderer.server.http.HttpError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Works out what other frames for a job mean for its tasks, or says why they cannot be. */
final class FrameChange {

  private static final long MOST_FRAMES = 1_000_000;

  private final JobSpaces spaces;

  FrameChange(JobSpaces spaces) {
    this.spaces = spaces;
  }

  /**
   * @param text the frames that the job shall have
   * @return null: it has just these
   */
  Event.@Nullable NewFrames of(Row.Job job, String text) throws IOException {
    RangeExpression wanted = JobSpaces.range(text);
    if (wanted.size() > MOST_FRAMES) {
      throw HttpError.of(
          422,
          "too-many-frames",
          "'" + text + "' are " + wanted.size() + " frames.",
          "Give a job at most " + MOST_FRAMES + ".");
    }
    String submitted = job.parameters().get(ChangedFrames.PARAMETER);
    if (submitted == null) {
      throw notOfFrames(job, "it has no parameter '" + ChangedFrames.PARAMETER + "'");
    }
    Row.Frames before = job.terms().frames();
    List<String> ranges = new ArrayList<>();
    ranges.add(submitted);
    if (before != null) {
      ranges.addAll(before.added());
    }
    TreeSet<Long> known = new TreeSet<>();
    for (String range : ranges) {
      addAll(known, parse(job, range));
    }
    RangeExpression now = parse(job, before == null ? submitted : before.now());
    if (now.equals(wanted)) {
      return null;
    }
    TreeSet<Long> more = new TreeSet<>();
    addAll(more, wanted);
    more.removeAll(known);
    List<String> added = new ArrayList<>(before == null ? List.of() : before.added());
    if (!more.isEmpty()) {
      added.add(RangeExpression.of(more.stream().mapToLong(Long::longValue).toArray()).toString());
    }
    Row.Frames after = new Row.Frames(added, wanted.toString());
    return switch (spaces.resolve(job, new ChangedFrames(after.added(), after.now()))) {
      case ChangedFrames.Refused(String reason) -> throw notOfFrames(job, reason);
      case ChangedFrames.Made(ChangedFrames.Views views) -> {
        List<Event.StepFrames> steps = new ArrayList<>();
        for (int step : new TreeSet<>(views.ofFrames())) {
          steps.add(step(step, views.submitted(), now, wanted));
        }
        yield new Event.NewFrames(before, after, steps);
      }
    };
  }

  /**
   * The frames of a job without some of them.
   *
   * @throws HttpError 422 when it has not all of them, or no other
   */
  String without(Row.Job job, String text) {
    RangeExpression unwanted = JobSpaces.range(text);
    String submitted = job.parameters().get(ChangedFrames.PARAMETER);
    if (submitted == null) {
      throw notOfFrames(job, "it has no parameter '" + ChangedFrames.PARAMETER + "'");
    }
    Row.Frames before = job.terms().frames();
    TreeSet<Long> left = new TreeSet<>();
    addAll(left, parse(job, before == null ? submitted : before.now()));
    TreeSet<Long> gone = new TreeSet<>();
    addAll(gone, unwanted);
    if (!left.containsAll(gone) || left.size() == gone.size()) {
      throw HttpError.of(
          422,
          "frames-unknown",
          "Job '" + job.name() + "' has not all of the frames '" + text + "', or no others.",
          "Name frames that it has; to end it altogether, cancel it.");
    }
    left.removeAll(gone);
    return RangeExpression.of(left.stream().mapToLong(Long::longValue).toArray()).toString();
  }

  private static Event.StepFrames step(
      int number, Job job, RangeExpression now, RangeExpression wanted) {
    TaskSpace tasks = job.steps().get(number).tasks();
    int size = Math.toIntExact(tasks.size());
    BitSet left = new BitSet();
    BitSet back = new BitSet();
    for (int index = 0; index < size; index++) {
      Long frame = JobSpaces.number(tasks, index);
      if (frame != null && now.contains(frame) && !wanted.contains(frame)) {
        left.set(index);
      } else if (frame != null && !now.contains(frame) && wanted.contains(frame)) {
        back.set(index);
      }
    }
    StepRows.Runs runs = StepRows.allRuns(tasks);
    return new Event.StepFrames(
        number,
        size,
        runs.period(),
        runs.breaks(),
        IndexRanges.of(left.stream().toArray()),
        IndexRanges.of(back.stream().toArray()));
  }

  private static RangeExpression parse(Row.Job job, String range) {
    try {
      return RangeExpression.parse(range);
    } catch (IllegalArgumentException e) {
      throw notOfFrames(job, "its frames are '" + range + "'");
    }
  }

  private static void addAll(TreeSet<Long> numbers, RangeExpression range) {
    PrimitiveIterator.OfLong all = range.iterator();
    while (all.hasNext()) {
      numbers.add(all.nextLong());
    }
  }

  private static HttpError notOfFrames(Row.Job job, String reason) {
    return HttpError.of(
        422,
        "frames-fixed",
        "The frames of job '" + job.name() + "' cannot be changed: " + reason + ".",
        "Submit a job for the other frames.");
  }
}
