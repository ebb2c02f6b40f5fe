package blenderer.node.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;

/** What {@code /proc} tells about processes. */
final class Processes {

  /** More than any limit allows; whoever has so many has too many. */
  private static final int MOST = 100_000;

  /** Some kernels are built without. */
  private static final boolean LISTS_CHILDREN = Files.exists(Path.of("/proc/thread-self/children"));

  private Processes() {}

  /** How much processes use together. */
  record Use(long memoryBytes, long tasks) {
    static final Use NONE = new Use(0, 0);

    Use plus(Use other) {
      return new Use(memoryBytes + other.memoryBytes, tasks + other.tasks);
    }
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether it runs; one that has ended and that nobody has asked about yet does not. */
  static boolean isAlive(long pid) {
    String stat = read(pid, "stat");
    return !stat.isEmpty() && !stat.startsWith(") Z", Math.max(0, stat.lastIndexOf(')')));
  }

  /**
   * Everything that descends from a process. Costs as much as there is to find: the kernel lists
   * the children of each thread.
   */
  static LongStream below(long pid) {
    if (!LISTS_CHILDREN) {
      return ProcessHandle.of(pid).stream()
          .flatMap(ProcessHandle::descendants)
          .mapToLong(ProcessHandle::pid);
    }
    List<Long> found = new ArrayList<>();
    Deque<Long> open = new ArrayDeque<>(List.of(pid));
    while (!open.isEmpty() && found.size() < MOST) {
      for (long child : children(open.removeFirst())) {
        found.add(child);
        open.addLast(child);
      }
    }
    return found.stream().mapToLong(Long::longValue);
  }

  private static List<Long> children(long pid) {
    List<Long> all = new ArrayList<>();
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads) {
        String line = Files.readString(thread.resolve("children"), StandardCharsets.ISO_8859_1);
        for (String child : line.strip().split(" ")) {
          if (!child.isEmpty()) {
            all.add(Long.parseLong(child));
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Ended meanwhile.
    }
    return all;
  }

  /** Memory that is a process's own, and processes with their threads. */
  static Use use(LongStream pids) {
    return pids.mapToObj(Processes::useOf).reduce(Use.NONE, Use::plus);
  }

  private static Use useOf(long pid) {
    long kilobytes = 0;
    long tasks = 0;
    for (String line : read(pid, "status").split("\n", -1)) {
      if (line.startsWith("RssAnon:") || line.startsWith("RssShmem:")) {
        kilobytes += number(line);
      } else if (line.startsWith("Threads:")) {
        tasks = number(line);
      }
    }
    return new Use(kilobytes * 1024, tasks);
  }

  /**
   * The processor time that processes have used, with that of their children who have ended and
   * were waited for (proc(5): utime, stime, cutime and cstime, in hundredths of a second on Linux).
   */
  static long cpuMillis(LongStream pids) {
    return pids.map(Processes::cpuMillisOf).sum();
  }

  private static long cpuMillisOf(long pid) {
    String stat = read(pid, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length < 15) {
      return 0;
    }
    long ticks = 0;
    for (int i = 11; i < 15; i++) {
      ticks += number(fields[i]);
    }
    return ticks * 10;
  }

  /** The memory of this computer in bytes; 0 if unknown. */
  static long machineMemory() {
    try {
      return Files.readString(Path.of("/proc/meminfo"), StandardCharsets.ISO_8859_1)
          .lines()
          .filter(line -> line.startsWith("MemTotal:"))
          .mapToLong(line -> number(line) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * The most that this process may give to others: nobody may raise it again.
   *
   * @param name as {@code /proc/self/limits} has it
   */
  static long bound(String name) {
    for (String line : read(ProcessHandle.current().pid(), "limits").split("\n", -1)) {
      if (line.startsWith(name)) {
        String[] values = line.substring(name.length()).strip().split(" +");
        return values.length < 2 || values[1].equals("unlimited")
            ? Long.MAX_VALUE
            : Long.parseLong(values[1]);
      }
    }
    return Long.MAX_VALUE;
  }

  private static long number(String line) {
    String digits = line.replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }
}
