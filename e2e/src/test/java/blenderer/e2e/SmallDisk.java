package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A small file system at a folder, seen only by the commands that are started on it: a process of
 * bubblewrap holds it in a mount namespace of its own, so that it outlives them.
 */
final class SmallDisk implements AutoCloseable {

  private final Process holder;
  private final Path folder;

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.folder = folder;
  }

  static SmallDisk at(Path folder, long bytes) throws IOException {
    Files.createDirectories(folder);
    Process holder =
        new ProcessBuilder(
                List.of(
                    "bwrap",
                    "--die-with-parent",
                    "--dev-bind",
                    "/",
                    "/",
                    "--size",
                    "" + bytes,
                    "--tmpfs",
                    folder.toString(),
                    "sleep",
                    "infinity"))
            .inheritIO()
            .start();
    SmallDisk disk = new SmallDisk(holder, folder);
    Patience.until(
        Duration.ofSeconds(10),
        "bubblewrap holds a disk at " + folder,
        () ->
            holder
                .children()
                .anyMatch(child -> child.info().command().orElse("").contains("sleep")));
    return disk;
  }

  private long inside() {
    return holder.children().findFirst().map(ProcessHandle::pid).orElseThrow();
  }

  /** {@code command} as one that sees the disk. */
  List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--target", "" + inside(), "--mount"));
    if (!"root".equals(System.getProperty("user.name"))) {
      all.addAll(List.of("--user", "--preserve-credentials"));
    }
    all.addAll(command);
    return all;
  }

  /** A path on the disk, as a process without it reaches it. */
  Path reach(Path path) {
    return Path.of("/proc/" + inside() + "/root" + path);
  }

  void fill() throws IOException {
    byte[] block = new byte[1 << 16];
    try (var out = Files.newOutputStream(reach(folder.resolve("filler")))) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  void empty() throws IOException {
    Files.deleteIfExists(reach(folder.resolve("filler")));
  }

  @Override
  public void close() {
    holder.children().forEach(ProcessHandle::destroyForcibly);
    holder.destroyForcibly();
  }
}
