package blenderer.node.sandbox;

import blenderer.model.Failure;
import blenderer.model.RetryClass;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How much one session may use.
 *
 * @param memoryBytes of all its processes together
 * @param processes processes and threads together
 * @param diskBytes what it may write beside the files that it begins with; asked when it begins
 */
public record Limits(long memoryBytes, long processes, LongSupplier diskBytes) {

  public static final long DEFAULT_PROCESSES = 4096;

  /** Files and folders a session may have; more would fill most disks' tables of files. */
  static final long FILES = 1_000_000;

  /** Open files of one process. */
  static final int OPEN_FILES = 65_536;

  private static final long LEAST_MEMORY = 512L << 20;
  private static final long LEAST_RESERVE = 1L << 30;

  /**
   * The memory of one of {@code slots} sessions when nobody says: an equal share of the machine's,
   * after a reserve of a sixteenth, at least 1 GiB but at most a quarter, for everything else.
   */
  public static long memoryShare(long machine, int slots) {
    if (machine <= 0) {
      return Long.MAX_VALUE;
    }
    long reserve = Math.min(machine / 4, Math.max(LEAST_RESERVE, machine / 16));
    return Math.max(LEAST_MEMORY, (machine - reserve) / slots);
  }

  Failure outOfMemory() {
    return new Failure(
        "out-of-memory",
        "The task needed more than the "
            + size(memoryBytes)
            + " of memory that a session has on this node (--memory-limit).",
        RetryClass.ELSEWHERE);
  }

  Failure tooManyProcesses() {
    return new Failure(
        "too-many-processes",
        "The task started more than the "
            + processes
            + " processes and threads that a session has on this node (--process-limit).",
        RetryClass.NEVER);
  }

  static Failure workspaceFull(long bytes) {
    return new Failure(
        "workspace-full",
        "The task wrote more than the "
            + size(bytes)
            + " of disk that a session has on this node (--disk-limit).",
        RetryClass.ELSEWHERE);
  }

  static Failure tooManyFiles() {
    return new Failure(
        "workspace-full",
        "The task made more than the " + FILES + " files that a session may have.",
        RetryClass.NEVER);
  }

  /** As {@link Sandbox#recycleBytes} has it. */
  OptionalLong recycleBytes(long machine) {
    long most = memoryBytes / 4 * 3;
    return machine > 0 && most < machine / 2 ? OptionalLong.of(most) : OptionalLong.empty();
  }

  /** Where the next try after such a failure may run; empty: it is no limit's. */
  public static Optional<RetryClass> retryOf(String code) {
    return switch (code) {
      case "out-of-memory", "workspace-full" -> Optional.of(RetryClass.ELSEWHERE);
      case "too-many-processes" -> Optional.of(RetryClass.NEVER);
      default -> Optional.empty();
    };
  }

  private static String size(long bytes) {
    return bytes >= 10L << 30
        ? String.format(Locale.ROOT, "%.0f GiB", bytes / (double) (1L << 30))
        : bytes >= 1L << 30
            ? String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30))
            : (bytes >> 20) + " MiB";
  }
}
