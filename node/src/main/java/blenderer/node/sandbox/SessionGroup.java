package blenderer.node.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The control groups of one session: one for memory and one for processes, or one for both. */
final class SessionGroup {

  private static final long MOST_FOR_REMOVAL_NANOS = 2_000_000_000L;

  private final @Nullable Path memory;
  private final boolean memoryIsNew;
  private final @Nullable Path tasks;

  private SessionGroup(@Nullable Path memory, boolean memoryIsNew, @Nullable Path tasks) {
    this.memory = memory;
    this.memoryIsNew = memoryIsNew;
    this.tasks = tasks;
  }

  /**
   * Makes them, with their limits.
   *
   * @throws IOException when the system refuses; then nothing is left
   */
  static SessionGroup make(ControlGroups groups, String name, Limits limits) throws IOException {
    ControlGroups.Place memory = groups.memory().orElse(null);
    ControlGroups.Place tasks = groups.tasks().orElse(null);
    SessionGroup made =
        new SessionGroup(
            memory == null ? null : memory.folder().resolve(name),
            memory != null && memory.unified(),
            tasks == null ? null : tasks.folder().resolve(name));
    boolean done = false;
    try {
      for (Path folder : made.folders()) {
        Files.createDirectory(folder);
      }
      made.limit(limits);
      done = true;
      return made;
    } finally {
      if (!done) {
        made.remove();
      }
    }
  }

  private void limit(Limits limits) throws IOException {
    Path there = memory;
    boolean bounded = limits.memoryBytes() < Long.MAX_VALUE;
    if (there != null && bounded) {
      String bytes = Long.toString(limits.memoryBytes());
      if (memoryIsNew) {
        write(there.resolve("memory.max"), bytes);
        writeIfThere(there.resolve("memory.swap.max"), "0");
        writeIfThere(there.resolve("memory.oom.group"), "1");
      } else {
        write(there.resolve("memory.limit_in_bytes"), bytes);
        writeIfThere(there.resolve("memory.memsw.limit_in_bytes"), bytes);
      }
    }
    Path all = tasks;
    if (all != null) {
      write(all.resolve("pids.max"), Long.toString(limits.processes()));
    }
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value, StandardCharsets.US_ASCII);
  }

  private static void writeIfThere(Path file, String value) {
    try {
      if (Files.exists(file)) {
        write(file, value);
      }
    } catch (IOException e) {
      // A finer point that this system does not let us set.
    }
  }

  private Set<Path> folders() {
    Set<Path> all = new LinkedHashSet<>();
    if (memory != null) {
      all.add(memory);
    }
    if (tasks != null) {
      all.add(tasks);
    }
    return all;
  }

  /** Files into which a process writes 0 to join, before it becomes something else. */
  List<Path> doors() {
    List<Path> all = new ArrayList<>();
    folders().forEach(folder -> all.add(folder.resolve("cgroup.procs")));
    return all;
  }

  /** How many processes the kernel has killed for want of memory; empty: it cannot tell. */
  OptionalLong memoryKills() {
    return memory == null
        ? OptionalLong.empty()
        : number(memory.resolve(memoryIsNew ? "memory.events" : "memory.oom_control"), "oom_kill ");
  }

  /** How often the kernel has refused a process or thread; empty: it cannot tell. */
  OptionalLong refusedTasks() {
    return tasks == null ? OptionalLong.empty() : number(tasks.resolve("pids.events"), "max ");
  }

  private static OptionalLong number(Path file, String name) {
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
        if (line.startsWith(name)) {
          return OptionalLong.of(Long.parseLong(line.substring(name.length()).strip()));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // As if it could not tell.
    }
    return OptionalLong.empty();
  }

  /** Removes them; for when no process is left in them. */
  void remove() {
    folders().forEach(SessionGroup::remove);
  }

  /** The kernel lets go of a group a moment after its last process. */
  static void remove(Path folder) {
    long deadline = System.nanoTime() + MOST_FOR_REMOVAL_NANOS;
    while (true) {
      try {
        Files.deleteIfExists(folder);
        return;
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          return; // the next start of the node removes it
        }
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
