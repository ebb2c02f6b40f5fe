package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.testkit.TestBlender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One session as the contract in renderers/blender/README.md describes it, by hand: a folder, a
 * leash, and actions with a clean environment, each in a process group of its own.
 */
final class Session implements AutoCloseable {

  /** What one action printed, and its exit code. */
  record Ran(int exit, List<String> lines) {
    List<String> starting(String prefix) {
      return lines.stream().filter(line -> line.startsWith(prefix)).toList();
    }
  }

  /** An action that is still running; its lines so far may be read from any thread. */
  record Running(Process process, List<String> lines, Thread reader) {
    Ran await() {
      try {
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new AssertionError("the action does not end; it printed " + lines);
        }
        reader.join(10_000);
        return new Ran(process.exitValue(), List.copyOf(lines));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static final Path RENDERER = Path.of("blender").toAbsolutePath();

  final Path folder;
  final Path output;
  private final Map<String, String> settings = new HashMap<>();
  private @Nullable RandomAccessFile leash;
  private String scene = "";
  private String pathMap = "";
  private String[] overrides = {};
  private String sceneName = "";
  private long disk;

  Session(Path parent, String name) throws IOException, InterruptedException {
    folder = Files.createDirectories(parent.resolve(name));
    output = folder.resolve("output");
    Files.createDirectories(folder.resolve("tmp"));
    Path fifo = folder.resolve("leash");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    leash = new RandomAccessFile(fifo.toFile(), "rw");
  }

  private static @Nullable TestBlender chosen;

  /** Which Blender renders from now on, and makes scenes; null: the first one of the path. */
  static void use(@Nullable TestBlender blender) {
    chosen = blender;
  }

  /** Which one that is. */
  static TestBlender chosen() {
    TestBlender one = chosen;
    return one == null ? TestBlender.first() : one;
  }

  /** Where it is. */
  static String blender() {
    return chosen().program().toString();
  }

  Session scene(Path file) {
    scene = file.toString();
    return this;
  }

  Session pathMap(Path file) {
    pathMap = file.toString();
    return this;
  }

  /** Which scene of the file. */
  Session named(String name) {
    sceneName = name;
    return this;
  }

  /** Gives the output folder a file system of its own, of so many bytes. */
  Session onDisk(long bytes) {
    disk = bytes;
    return this;
  }

  /** Overrides as NAME=VALUE. */
  Session overriding(String... assignments) {
    overrides = assignments;
    return this;
  }

  Session with(String variable, String value) {
    settings.put(variable, value);
    return this;
  }

  Ran enter() throws IOException {
    return start("enter", "").await();
  }

  Ran run(String frames) throws IOException {
    return startRun(frames).await();
  }

  Running startRun(String frames) throws IOException {
    return start("run", frames);
  }

  void closeLeash() throws IOException {
    RandomAccessFile held = leash;
    leash = null;
    if (held != null) {
      held.close();
    }
  }

  /** The warm Blender's process, which must be there. */
  ProcessHandle warmBlender() throws IOException {
    String pid = Files.readString(folder.resolve(".blender/warm/pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private Running start(String verb, String frames) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("setsid", "-w", "sh", RENDERER.resolve("session.sh").toString()));
    command.add(verb);
    Collections.addAll(command, scene, pathMap, output.toString(), sceneName, "false", frames);
    Collections.addAll(command, overrides);
    if (disk > 0) {
      Files.createDirectories(output);
      command.addAll(
          0, List.of("bwrap", "--die-with-parent", "--dev-bind", "/", "/", "--size", "" + disk));
      command.addAll(7, List.of("--tmpfs", output.toString()));
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", folder.toString());
    environment.put("TMPDIR", folder.resolve("tmp").toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("OPENJD_SESSION_WORKING_DIR", folder.toString());
    environment.put("BLENDERER_RENDERER_DIR", RENDERER.toString());
    environment.put("BLENDERER_RENDERER", blender());
    environment.put("BLENDERER_THREADS", "0");
    environment.put("BLENDERER_LEASH", folder.resolve("leash").toString());
    environment.putAll(settings);
    Process process =
        builder.redirectErrorStream(true).redirectInput(Path.of("/dev/null").toFile()).start();
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Thread reader = Thread.ofVirtual().start(() -> read(process, lines));
    return new Running(process, lines, reader);
  }

  private static void read(Process process, List<String> lines) {
    try (BufferedReader in = process.inputReader()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("unreadable: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    start("exit", "").await();
    closeLeash();
  }
}
