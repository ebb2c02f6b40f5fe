package blenderer.node.sandbox;

import blenderer.model.Failure;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads off how much one session uses. */
final class Gauge {

  /** So many of a hundred tasks are as good as all, where only looking tells. */
  private static final long NEARLY_ALL = 98;

  private final Limits limits;
  private final @Nullable SessionGroup group;
  private final DiskUse disk;
  private final long diskBytes;
  private long kills;
  private long refusedTasks;

  /**
   * @param group null: the system has no control groups for this node
   * @param folder what counts on the disk
   */
  Gauge(Limits limits, @Nullable SessionGroup group, Path folder) {
    this.limits = limits;
    this.group = group;
    this.diskBytes = limits.diskBytes().getAsLong();
    this.disk = new DiskUse(folder, diskBytes, Limits.FILES, System::nanoTime);
  }

  /** What the node brings is not the session's. */
  synchronized void excuse(long bytes, long files) {
    disk.excuse(bytes, files);
  }

  /**
   * Asks the kernel's counters; costs next to nothing.
   *
   * @return the limit that was hit since the last look
   */
  synchronized Optional<Failure> glance() {
    OptionalLong killed = group == null ? OptionalLong.empty() : group.memoryKills();
    if (killed.isPresent() && killed.getAsLong() > kills) {
      kills = killed.getAsLong();
      return Optional.of(limits.outOfMemory());
    }
    OptionalLong refused = group == null ? OptionalLong.empty() : group.refusedTasks();
    if (refused.isPresent() && refused.getAsLong() > refusedTasks) {
      refusedTasks = refused.getAsLong();
      return Optional.of(limits.tooManyProcesses());
    }
    return Optional.empty();
  }

  /** As {@link SessionBox#tooLarge} has it. */
  Optional<Failure> tooLarge(long bytes) {
    return bytes > diskBytes ? Optional.of(Limits.workspaceFull(diskBytes)) : Optional.empty();
  }

  /**
   * Looks at everything.
   *
   * @param processes finds all of the session's, where that is the only way to tell
   * @return the limit that was hit since the last look
   */
  synchronized Optional<Failure> look(Supplier<LongStream> processes) {
    Optional<Failure> counted = glance();
    if (counted.isPresent()) {
      return counted;
    }
    boolean memory = group == null || group.memoryKills().isEmpty();
    boolean tasks = group == null || group.refusedTasks().isEmpty();
    if (memory || tasks) {
      Processes.Use use = Processes.use(processes.get());
      if (memory && use.memoryBytes() > limits.memoryBytes()) {
        return Optional.of(limits.outOfMemory());
      }
      if (tasks && use.tasks() * 100 > limits.processes() * NEARLY_ALL) {
        return Optional.of(limits.tooManyProcesses());
      }
    }
    return switch (disk.look()) {
      case FITS -> Optional.empty();
      case TOO_MANY_BYTES -> Optional.of(Limits.workspaceFull(diskBytes));
      case TOO_MANY_FILES -> Optional.of(Limits.tooManyFiles());
    };
  }
}
