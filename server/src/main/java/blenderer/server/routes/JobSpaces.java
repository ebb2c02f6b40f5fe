package blenderer.server.routes;

import blenderer.api.Films;
import blenderer.cas.ContentStore;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.openjd.ChangedFrames;
import blenderer.openjd.EnvironmentTemplate;
import blenderer.openjd.Job;
import blenderer.openjd.JobCreation;
import blenderer.openjd.TaskSpace;
import blenderer.openjd.Templates;
import blenderer.openjd.range.RangeExpression;
import blenderer.server.http.HttpError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What people call the tasks of jobs: a task's item is its frame number, or the values of its
 * parameters. Resolved from template and parameters, which never change, and what people have
 * changed of the frames; remembered for the newest jobs.
 */
final class JobSpaces {

  private static final int JOBS = 256;

  private record Key(String job, Row.@Nullable Frames frames) {}

  private final TemplateSource shipped;
  private final ContentStore store;
  private final Map<Key, Optional<Job>> jobs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Optional<Job>> eldest) {
          return size() > JOBS;
        }
      };

  JobSpaces(TemplateSource shipped, ContentStore store) {
    this.shipped = shipped;
    this.store = store;
  }

  private Optional<Job> resolve(Row.Job row) throws IOException {
    Key key = new Key(row.id(), row.terms().frames());
    synchronized (jobs) {
      Optional<Job> known = jobs.get(key);
      if (known != null) {
        return known;
      }
    }
    Row.Frames frames = row.terms().frames();
    Optional<Job> job =
        frames != null
            ? resolve(row, new ChangedFrames(frames.added(), frames.now()))
                    instanceof ChangedFrames.Made made
                ? Optional.of(made.views().submitted())
                : Optional.empty()
            : submitted(row);
    synchronized (jobs) {
      jobs.put(key, job);
    }
    return job;
  }

  private Optional<Job> submitted(Row.Job row) throws IOException {
    Optional<byte[]> template = template(row.template());
    return template.isPresent()
            && Templates.parseJob(template.get(), "template") instanceof Templates.Parsed parsed
            && JobCreation.create(parsed.template(), environments(row), row.parameters())
                instanceof JobCreation.Created created
        ? Optional.of(created.job())
        : Optional.empty();
  }

  /** The job with other frames. */
  ChangedFrames.Result resolve(Row.Job row, ChangedFrames frames) throws IOException {
    Optional<byte[]> template = template(row.template());
    return template.isPresent()
            && Templates.parseJob(template.get(), "template") instanceof Templates.Parsed parsed
        ? frames.create(parsed.template(), environments(row), row.parameters())
        : new ChangedFrames.Refused("its template is not there");
  }

  private List<EnvironmentTemplate> environments(Row.Job row) throws IOException {
    List<EnvironmentTemplate> all = new ArrayList<>();
    for (Digest digest : row.environments()) {
      Optional<byte[]> document = template(digest);
      if (document.isPresent()
          && Templates.parseEnvironment(document.get(), "environment")
              instanceof Templates.ParsedEnvironment parsed) {
        all.add(parsed.template());
      }
    }
    return all;
  }

  /** A shipped template or one in the store. */
  Optional<byte[]> template(Digest digest) throws IOException {
    Optional<byte[]> own = shipped.find(digest);
    return own.isPresent() ? own : LeaseBlobs.bytes(store, digest, Templates.MOST_BYTES);
  }

  /** What a person calls the task; its index when nothing better is known. */
  String item(Row.Job job, int step, int index) throws IOException {
    Optional<TaskSpace> space = space(job, step);
    return space.isPresent() && index < space.get().size()
        ? item(space.get(), index)
        : Integer.toString(index);
  }

  /** What people call the tasks of a step, if those are numbers; empty if they are not. */
  List<Films.Run> runs(Row.Job job, int step, int size) throws IOException {
    Optional<TaskSpace> space = space(job, step);
    List<Films.Run> runs = new ArrayList<>();
    int at = 0;
    while (space.isPresent() && at < size) {
      Long from =
          at < space.get().size() && isNumbered(space.get()) ? number(space.get(), at) : null;
      if (from == null) {
        return List.of();
      }
      long by = 1;
      int count = 1;
      while (at + count < size) {
        Long next = at + count < space.get().size() ? number(space.get(), at + count) : null;
        if (next == null) {
          return List.of();
        }
        if (count == 1) {
          by = next - from;
        } else if (next != from + count * by) {
          break;
        }
        count++;
      }
      runs.add(new Films.Run(at, count, from, by));
      at += count;
    }
    return runs;
  }

  /** With several parameters the first one alone is no name. */
  private static boolean isNumbered(TaskSpace space) {
    return space.parameters().size() <= 1;
  }

  private Optional<TaskSpace> space(Row.Job job, int step) throws IOException {
    return resolve(job)
        .filter(resolved -> step < resolved.steps().size())
        .map(resolved -> resolved.steps().get(step).tasks());
  }

  private static String item(TaskSpace space, int index) {
    if (space.chunks().isPresent() && space.parameters().size() == 1) {
      return Long.toString(space.item(index));
    }
    SequencedMap<String, String> values = space.task(index);
    return switch (values.size()) {
      case 0 -> Integer.toString(index);
      case 1 -> values.firstEntry().getValue();
      default ->
          values.entrySet().stream()
              .map(value -> value.getKey() + "=" + value.getValue())
              .collect(Collectors.joining(" "));
    };
  }

  /** The name of the task parameter that people call tasks by; empty if there is none. */
  static String label(TaskSpace space) {
    return space
        .chunks()
        .map(chunks -> chunks.parameter())
        .orElseGet(() -> space.parameters().isEmpty() ? "" : space.parameters().getFirst().name());
  }

  /**
   * The indexes of the tasks whose item lies in {@code frames}.
   *
   * @throws HttpError 422 when it is no range, or names an item that the step does not have
   */
  IndexRanges indexes(Row.Job job, int step, int size, String frames) throws IOException {
    RangeExpression range = range(frames);
    Optional<TaskSpace> space = space(job, step);
    BitSet found = new BitSet();
    BitSet seen = new BitSet();
    for (int index = 0; index < size; index++) {
      Long number = space.isPresent() ? number(space.get(), index) : Long.valueOf(index);
      long at = number == null ? -1 : range.indexOf(number);
      if (at >= 0) {
        found.set(index);
        if (at < Integer.MAX_VALUE) {
          seen.set((int) at);
        }
      }
    }
    long missing = range.size() - seen.cardinality();
    if (missing > 0) {
      throw HttpError.of(
          422,
          "frames-unknown",
          "Job '"
              + job.name()
              + "' has no "
              + range.get(seen.nextClearBit(0))
              + (missing > 1 ? " and " + (missing - 1) + " more of '" + frames + "'." : "."),
          "Name only items that the job has.");
    }
    return IndexRanges.of(found.stream().toArray());
  }

  static RangeExpression range(String frames) {
    try {
      return RangeExpression.parseFrames(frames);
    } catch (IllegalArgumentException e) {
      throw HttpError.of(
          422,
          "bad-frames",
          "'" + frames + "' is no frame range: " + e.getMessage() + ".",
          "Write it such as 1-20,30,40-50x2.");
    }
  }

  static @Nullable Long number(TaskSpace space, int index) {
    if (space.chunks().isPresent()) {
      return space.item(index);
    }
    SequencedMap<String, String> values = space.task(index);
    try {
      return values.isEmpty() ? Long.valueOf(index) : Long.valueOf(values.firstEntry().getValue());
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
