package blenderer.node.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, which gets signals. */
@Timeout(60)
class InterruptTest {

  private static final String TEMPLATE =
      """
      specificationVersion: jobtemplate-2023-09
      name: Local
      jobEnvironments:
        - {name: around, script: {actions: {onEnter: {command: echo, args: [in]}, onExit: {command: echo, args: [left]}}}}
      steps:
        - name: s
          script:
            actions:
              onRun:
                command: sh
                args: [-c, "trap 'echo asked' TERM; echo up; while :; do sleep 0.05; done"]
                cancelation: {mode: NOTIFY_THEN_TERMINATE, notifyPeriodInSeconds: 600}
      """;

  @TempDir Path folder;

  private static void signal(Process process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
  }

  @Test
  void a_signal_asks_the_next_kills_and_nothing_is_left() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path template = Files.writeString(folder.resolve("template.yaml"), TEMPLATE);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                RunProgram.class.getName(),
                template.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (line.equals("up") || line.equals("asked")) {
          signal(process);
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(lines).containsSubsequence("in", "up", "asked", "left", "The run was cancelled.");
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(path -> !path.endsWith("hsperfdata_root"))).isEmpty();
    }
  }
}
