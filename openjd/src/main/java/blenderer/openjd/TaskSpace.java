package blenderer.openjd;

import blenderer.model.IndexRanges;
import blenderer.openjd.range.RangeExpression;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a step: index to parameter values, found directly and never written out in memory.
 *
 * <p>The leftmost parameter varies slowest, except that a CHUNK[INT] parameter always varies
 * fastest, so that the tasks which may run together have consecutive indexes. For it, each number
 * of its range is a task of its own; a chunk is any run of such tasks that agree on the other
 * parameters.
 */
public final class TaskSpace {

  /** A task parameter. */
  public record Parameter(String name, TaskParameterType type) {}

  /**
   * Tasks to run together.
   *
   * @param first the first index
   * @param count how many consecutive indexes, at least 1
   */
  public record Chunk(long first, long count) {}

  private final List<Parameter> parameters;
  private final Dimension others;
  private final @Nullable ChunkSpec chunks;
  private final RangeExpression numbers;

  /** The tasks whose indexes come before those of this one's own; null: none. */
  private final @Nullable TaskSpace before;

  /** The first index of its own. */
  private final long offset;

  private final long size;

  private TaskSpace(
      List<Parameter> parameters,
      Dimension others,
      @Nullable ChunkSpec chunks,
      RangeExpression numbers,
      @Nullable TaskSpace before) {
    this.parameters = List.copyOf(parameters);
    this.others = others;
    this.chunks = chunks;
    this.numbers = numbers;
    this.before = before;
    offset = before == null ? 0 : before.size;
    size = Math.addExact(offset, Math.multiplyExact(others.size(), numbers.size()));
  }

  static TaskSpace of(List<Parameter> parameters, Dimension all) {
    return new TaskSpace(parameters, all, null, RangeExpression.of(0), null);
  }

  /**
   * @param others the space without the CHUNK[INT] parameter
   * @param numbers the range of the CHUNK[INT] parameter
   * @throws ArithmeticException when there are more tasks than a long can count
   */
  static TaskSpace chunked(
      List<Parameter> parameters, Dimension others, ChunkSpec chunks, RangeExpression numbers) {
    return new TaskSpace(parameters, others, chunks, numbers, null);
  }

  /**
   * These tasks with their indexes, and those of another space of the same step after them. No
   * chunk holds tasks of both.
   *
   * @param more a space that nothing was put before
   * @throws ArithmeticException when there are more tasks than a long can count
   */
  TaskSpace followedBy(TaskSpace more) {
    return new TaskSpace(more.parameters, more.others, more.chunks, more.numbers, this);
  }

  /** The space that has the index among its own; {@code index} is one of the step's. */
  private TaskSpace at(long index) {
    TaskSpace space = this;
    while (space.before != null && index < space.offset) {
      space = space.before;
    }
    return space;
  }

  /** How many tasks there are; at least one. */
  public long size() {
    return size;
  }

  /** The parameters, in the order of their definition; none for a step that is a single task. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** How tasks may run together; empty: each runs alone. */
  public Optional<ChunkSpec> chunks() {
    return Optional.ofNullable(chunks);
  }

  /**
   * The values of one task, by parameter, in the order of definition. A CHUNK[INT] parameter has
   * its single number; what an action gets is {@link #chunk}.
   *
   * @throws IndexOutOfBoundsException when there is no such task
   */
  public SequencedMap<String, String> task(long index) {
    SequencedMap<String, String> values = valuesOfOthers(index);
    if (chunks != null) {
      values.put(chunks.parameter(), Long.toString(item(index)));
    }
    return ordered(values);
  }

  /**
   * The number of the CHUNK[INT] parameter at an index: what {@code blenderer_done} names.
   *
   * @throws IndexOutOfBoundsException when there is no such task
   * @throws IllegalStateException when the step is not chunked
   */
  public long item(long index) {
    if (chunks == null) {
      throw new IllegalStateException("the step has no CHUNK[INT] parameter");
    }
    check(index);
    TaskSpace at = at(index);
    return at.numbers.get((index - at.offset) % at.numbers.size());
  }

  /**
   * Which task a chunk's action means by a number of the CHUNK[INT] parameter.
   *
   * @param indexOfChunk any index of the chunk
   * @return empty when the number is not in the range, or the step is not chunked
   */
  public OptionalLong indexOfItem(long indexOfChunk, long item) {
    check(indexOfChunk);
    TaskSpace space = at(indexOfChunk);
    long at = chunks == null ? -1 : space.numbers.indexOf(item);
    long own = indexOfChunk - space.offset;
    return at < 0
        ? OptionalLong.empty()
        : OptionalLong.of(indexOfChunk - own % space.numbers.size() + at);
  }

  /**
   * How many consecutive indexes, from {@code index} on, one chunk may cover at most: as far as the
   * other parameters stay the same and, if the step asks for it, the numbers follow one another.
   */
  public long runLength(long index) {
    check(index);
    if (chunks == null) {
      return 1;
    }
    TaskSpace space = at(index);
    long at = (index - space.offset) % space.numbers.size();
    return isContiguous() ? space.endOfInterval(at) - at : space.numbers.size() - at;
  }

  /**
   * The chunk that {@code index} falls into when all chunks are cut by {@code defaultTaskCount}:
   * equal in size but for one task, and within the bounds of {@link #runLength}.
   */
  public Chunk defaultChunk(long index) {
    check(index);
    if (chunks == null) {
      return new Chunk(index, 1);
    }
    TaskSpace space = at(index);
    if (space != this) {
      return space.defaultChunk(index);
    }
    long at = (index - offset) % numbers.size();
    long start = isContiguous() ? startOfInterval(at) : 0;
    long length = (isContiguous() ? endOfInterval(at) : numbers.size()) - start;
    long count = (length + chunks.defaultTaskCount() - 1) / chunks.defaultTaskCount();
    long small = length / count;
    long large = length % count;
    long offset = at - start;
    long base = index - at + start;
    if (offset < large * (small + 1)) {
      return new Chunk(base + offset / (small + 1) * (small + 1), small + 1);
    }
    long past = large * (small + 1);
    return new Chunk(base + past + (offset - past) / small * small, small);
  }

  /**
   * The values for one action over {@code indexes}: the CHUNK[INT] parameter has a range expression
   * (always {@code a-b} when the numbers must be contiguous), the others the value they share.
   *
   * @throws IllegalArgumentException when the indexes may not run together
   */
  public SequencedMap<String, String> chunk(IndexRanges indexes) {
    if (indexes.isEmpty()) {
      throw new IllegalArgumentException("a chunk covers at least one task");
    }
    long first = indexes.runs().getFirst().first();
    SequencedMap<String, String> values = valuesOfOthers(first);
    if (chunks != null) {
      values.put(chunks.parameter(), chunkValue(indexes));
    } else if (indexes.size() > 1) {
      throw new IllegalArgumentException("the tasks of this step run one by one");
    }
    return ordered(values);
  }

  /**
   * The text of the CHUNK[INT] parameter for one action over {@code indexes}.
   *
   * @throws IllegalArgumentException when the indexes may not run together
   * @throws IllegalStateException when the step is not chunked
   */
  public String chunkValue(IndexRanges indexes) {
    if (indexes.isEmpty()) {
      throw new IllegalArgumentException("a chunk covers at least one task");
    }
    long first = indexes.runs().getFirst().first();
    long last = indexes.runs().getLast().last();
    long from = item(first);
    long to = item(last);
    TaskSpace space = at(first);
    long size = space.numbers.size();
    if (space != at(last) || (first - space.offset) / size != (last - space.offset) / size) {
      throw new IllegalArgumentException(
          "the tasks " + indexes + " differ in more than the chunk's parameter");
    }
    if (isContiguous()) {
      if (indexes.runs().size() != 1 || to - from != last - first) {
        throw new IllegalArgumentException(
            "the tasks " + indexes + " have a gap between them, which this step forbids");
      }
      return from + "-" + to;
    }
    long[] items = new long[indexes.size()];
    var rest = indexes.iterator();
    for (int i = 0; i < items.length; i++) {
      items[i] = item(rest.nextInt());
    }
    return RangeExpression.of(items).canonical();
  }

  private boolean isContiguous() {
    return chunks != null && chunks.rangeConstraint() == ChunkSpec.RangeConstraint.CONTIGUOUS;
  }

  /** The end (exclusive) of the run of consecutive numbers around a position; by bisection. */
  private long endOfInterval(long at) {
    long value = numbers.get(at);
    long low = at;
    long high = numbers.size() - 1;
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (numbers.get(middle) - value == middle - at) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low + 1;
  }

  private long startOfInterval(long at) {
    long value = numbers.get(at);
    long low = 0;
    long high = at;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (value - numbers.get(middle) == at - middle) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private SequencedMap<String, String> valuesOfOthers(long index) {
    check(index);
    SequencedMap<String, String> values = new LinkedHashMap<>();
    TaskSpace space = at(index);
    space.others.put((index - space.offset) / space.numbers.size(), values);
    return values;
  }

  private SequencedMap<String, String> ordered(Map<String, String> values) {
    SequencedMap<String, String> ordered = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      String value = values.get(parameter.name());
      if (value != null) {
        ordered.put(parameter.name(), value);
      }
    }
    return ordered;
  }

  private void check(long index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("the step has " + size + " tasks, not " + index);
    }
  }
}
