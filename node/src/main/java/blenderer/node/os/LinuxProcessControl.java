package blenderer.node.os;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Processes by {@code setsid}, {@code sh} and {@code /proc}. */
public final class LinuxProcessControl implements ProcessControl {

  private static final Path PROC = Path.of("/proc");
  private static final Duration MOST_FOR_KILLING = Duration.ofSeconds(2);

  private final String setsid;
  private final long ownPid = ProcessHandle.current().pid();

  /**
   * @throws IOException when this machine has no {@code setsid} (Debian: package util-linux)
   */
  public LinuxProcessControl() throws IOException {
    setsid = Programs.find("setsid");
  }

  @Override
  public RunningAction start(Command command) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(setsid);
    line.addAll(command.line());
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    builder.directory(command.workingFolder().toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(command.output().toFile()));
    builder.redirectErrorStream(true);
    return new Group(builder.start());
  }

  /** setsid runs the command in its own place, so the process id is the group's id. */
  private static final class Group implements RunningAction {
    private final Process leader;

    Group(Process leader) {
      this.leader = leader;
    }

    @Override
    public OptionalInt await(Duration most) throws InterruptedException {
      return leader.waitFor(Math.max(0, most.toNanos()), TimeUnit.NANOSECONDS)
          ? OptionalInt.of(leader.exitValue())
          : OptionalInt.empty();
    }

    @Override
    public void terminate() {
      signal("TERM");
    }

    @Override
    public void kill() {
      signal("KILL");
    }

    /** Only while the leader lives is the number surely this group's and nobody else's. */
    private void signal(String name) {
      if (leader.isAlive()) {
        run("sh", "-c", "kill -s " + name + " -- -" + leader.pid() + " 2>/dev/null");
      }
    }
  }

  private static int run(String... line) {
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  @Override
  public List<Long> marked(Mark mark) {
    byte[] wanted = (mark.name() + "=" + mark.value()).getBytes(StandardCharsets.UTF_8);
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(String.valueOf(process.getFileName()));
        if (pid != ownPid && holds(process.resolve("environ"), wanted) && !isZombie(process)) {
          found.add(pid);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return found;
  }

  private static boolean holds(Path environ, byte[] wanted) {
    byte[] all;
    try {
      all = Files.readAllBytes(environ);
    } catch (IOException e) {
      return false; // ended meanwhile, or another user's
    }
    int start = 0;
    while (start < all.length) {
      int end = start;
      while (end < all.length && all[end] != 0) {
        end++;
      }
      if (Arrays.equals(all, start, end, wanted, 0, wanted.length)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  private static boolean isZombie(Path process) {
    @Nullable String stat = read(process.resolve("stat"));
    return stat == null || stat.startsWith(") Z", Math.max(0, stat.lastIndexOf(')')));
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public int killMarked(Mark mark) {
    Set<Long> killed = new HashSet<>();
    long deadline = System.nanoTime() + MOST_FOR_KILLING.toNanos();
    while (true) {
      List<Long> alive = marked(mark);
      if (alive.isEmpty() || System.nanoTime() > deadline) {
        return killed.size();
      }
      killed.addAll(alive);
      StringBuilder line = new StringBuilder("kill -s KILL");
      alive.forEach(pid -> line.append(' ').append(pid));
      run("sh", "-c", line + " 2>/dev/null");
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return killed.size();
      }
    }
  }

  @Override
  public long memoryOf(Mark mark) {
    long kilobytes = 0;
    for (long pid : marked(mark)) {
      kilobytes += field(read(PROC.resolve(Long.toString(pid)).resolve("status")), "VmRSS:");
    }
    return kilobytes * 1024;
  }

  @Override
  public long machineMemory() {
    return field(read(PROC.resolve("meminfo")), "MemTotal:") * 1024;
  }

  /** The number after {@code name} at the start of a line; 0 if there is none. */
  private static long field(@Nullable String text, String name) {
    return text == null
        ? 0
        : text.lines()
            .filter(line -> line.startsWith(name))
            .map(line -> line.replaceAll("[^0-9]", ""))
            .filter(digits -> !digits.isEmpty())
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElse(0);
  }

  @Override
  public void makeFifos(List<Path> paths) throws IOException {
    List<String> line = new ArrayList<>(List.of("mkfifo", "-m", "600", "--"));
    paths.forEach(path -> line.add(path.toString()));
    int code = run(line.toArray(String[]::new));
    if (code != 0) {
      throw new IOException("mkfifo ended with exit code " + code + " for " + paths);
    }
  }
}
