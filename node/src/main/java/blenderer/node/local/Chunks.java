package blenderer.node.local;

import blenderer.model.IndexRanges;
import blenderer.openjd.ChunkSpec;
import blenderer.openjd.TaskSpace;
import java.time.Duration;

/**
 * Cuts a step's tasks into what one action runs. A step that names a target run time gets chunks
 * that grow or shrink towards it, by the pace of those that ran.
 */
final class Chunks {

  private final TaskSpace space;
  private final long target;
  private long next;
  private long ran;
  private double seconds;
  private long size;

  Chunks(TaskSpace space) {
    this.space = space;
    this.target = space.chunks().map(ChunkSpec::targetRuntimeSeconds).orElse(0L);
    this.size = space.chunks().map(ChunkSpec::defaultTaskCount).orElse(1);
  }

  boolean hasNext() {
    return next < space.size();
  }

  IndexRanges next() {
    long count;
    if (target > 0) {
      count = Math.min(size, space.runLength(next));
    } else {
      TaskSpace.Chunk chunk = space.defaultChunk(next);
      count = chunk.first() + chunk.count() - next;
    }
    IndexRanges tasks = IndexRanges.range((int) next, (int) (next + count - 1));
    next += count;
    return tasks;
  }

  /** How long it took to run so many tasks. */
  void took(int tasks, Duration time) {
    ran += tasks;
    seconds += time.toNanos() / 1e9;
    if (target > 0 && seconds > 0) {
      size = Math.clamp(Math.round(target / (seconds / ran)), 1, Integer.MAX_VALUE);
    }
  }
}
