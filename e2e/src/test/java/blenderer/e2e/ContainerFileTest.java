package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The container file that the finished folder brings along, as far as one gets without an engine:
 * what it copies is there, and what it starts runs at the paths and as the user that it says.
 */
@Tag("e2e")
final class ContainerFileTest {

  private static final Path DIST = Dist.program().resolveSibling("..").normalize();

  @TempDir Path folder;

  /** The lines of one image, those that go on joined. */
  private static List<String> image(String name) throws IOException {
    String text =
        Files.readString(DIST.resolve("container/Containerfile")).replaceAll("\\\\\n", " ");
    List<String> lines =
        text.lines()
            .dropWhile(line -> !line.matches("FROM .* AS " + name))
            .skip(1)
            .takeWhile(line -> !line.startsWith("FROM "))
            .toList();
    assertThat(lines).isNotEmpty();
    return lines;
  }

  private static String after(List<String> image, String word) {
    return image.stream()
        .filter(line -> line.startsWith(word + " "))
        .map(line -> line.substring(word.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> words(String json) {
    return Json.of(json).valueStream().map(word -> word.asText()).toList();
  }

  /** A command that sees the image's files where it has them, and is its user. */
  private List<String> inside(List<String> image, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(List.of("bwrap", "--die-with-parent", "--unshare-user"));
    String[] user = after(image, "USER").split(":");
    all.addAll(List.of("--uid", user[0], "--gid", user[1]));
    all.addAll(List.of("--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs", "/tmp"));
    all.addAll(List.of("--tmpfs", "/opt", "--tmpfs", "/var/lib"));
    for (String line : image) {
      if (line.startsWith("COPY ")) {
        List<String> paths = List.of(line.substring(5).split(" "));
        for (String source : paths.subList(0, paths.size() - 1)) {
          String target = paths.getLast();
          assertThat(DIST.resolve(source)).exists();
          all.addAll(
              List.of(
                  "--ro-bind",
                  DIST.resolve(source).toString(),
                  target.endsWith("/") ? target + source : target));
        }
      }
    }
    Path data = Files.createDirectories(folder.resolve("data"));
    all.addAll(List.of("--bind", data.toString(), after(image, "VOLUME"), "--chdir", "/"));
    all.addAll(command);
    return all;
  }

  @Test
  void the_server_starts_is_found_well_and_stops_as_the_file_says() throws Exception {
    List<String> image = image("server");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>(words(after(image, "ENTRYPOINT")));
    command.addAll(List.of("--listen", "127.0.0.1:" + port));
    Path log = folder.resolve("log");
    Process server =
        new ProcessBuilder(inside(image, command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      String check = after(image, "HEALTHCHECK");
      List<String> health =
          words(check.substring(check.indexOf("CMD ") + 4)).stream()
              .map(word -> word.replace(":8443/", ":" + port + "/"))
              .toList();
      Patience.until(
          Duration.ofSeconds(60),
          () -> "the health check passes:\n" + text(log),
          () -> server.isAlive() && isWell(health));
      assertThat(folder.resolve("data/admin.connection")).exists();
      try (Stream<ProcessHandle> children = server.children()) {
        assertThat(children.findFirst().orElseThrow().destroy()).isTrue();
      }
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).as(text(log)).isTrue();
      assertThat(server.exitValue()).as(text(log)).isIn(0, 143);
    } finally {
      server.destroyForcibly();
    }
  }

  private boolean isWell(List<String> health) {
    return Run.of(Duration.ofSeconds(10), folder, Map.of(), health).code() == 0;
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void the_node_is_started_with_options_that_it_knows() throws IOException {
    List<String> image = image("node");
    List<String> command = new ArrayList<>(words(after(image, "ENTRYPOINT")));
    command.add("--help");
    Run.of(Duration.ofMinutes(1), folder, Map.of(), inside(image, command)).expect(0);
  }

  @Test
  void neither_image_runs_as_root_or_through_a_shell() throws IOException {
    for (String name : List.of("server", "node")) {
      List<String> image = image(name);
      assertThat(after(image, "USER")).matches("[1-9]\\d{3,}:[1-9]\\d{3,}");
      assertThat(words(after(image, "ENTRYPOINT")).getFirst())
          .isEqualTo("/opt/blenderer/bin/blenderer");
    }
  }
}
