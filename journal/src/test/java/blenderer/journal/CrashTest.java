package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.Journal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INV-1: what was acknowledged is there after the writing process was killed. */
@Tag("slow")
final class CrashTest {

  private static final int KILLS = 4;

  @TempDir Path folder;
  private long revision;
  private long blob;

  @Test
  void every_acknowledged_commit_survives_a_kill_at_any_moment() throws Exception {
    Path file = folder.resolve("journal.db");
    SplittableRandom random = new SplittableRandom(7);
    for (int kill = 0; kill < KILLS; kill++) {
      writeUntilKilled(file, 20 + random.nextInt(300));
      try (Database database = Database.open(file)) {
        Journal.Snapshot loaded = database.journal().load();
        assertThat(loaded.revision()).isGreaterThanOrEqualTo(revision);
        // Every revision has its job and its parts, up to the very last: no commit by halves.
        assertThat(loaded.jobs()).hasSize(Math.toIntExact(loaded.revision()));
        for (Journal.JobSnapshot job : loaded.jobs()) {
          assertThat(database.history().outputs(job.job().id(), 0, 9)).hasSize(1);
        }
        for (long number = 1; number <= blob; number++) {
          assertThat(database.blobs().find(List.of(CrashingWriter.blob(number).digest())))
              .containsValue(CrashingWriter.blob(number));
        }
      }
    }
    assertThat(revision).isGreaterThan(KILLS);
    assertThat(blob).isGreaterThan(KILLS);
  }

  /** Starts the writer and kills it after so many lines, while it goes on writing. */
  private void writeUntilKilled(Path file, int lines) throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingWriter.class.getName(),
                file.toString(),
                Long.toString(blob))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < lines; i++) {
        hear(said.readLine());
      }
      // By its handle: the process itself would close what it still has to say.
      assertThat(writer.toHandle().destroyForcibly()).isTrue();
      // What it said before it died counts as well.
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        hear(line);
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private void hear(@Nullable String line) {
    if (line == null) {
      throw new AssertionError("the writer has ended by itself");
    }
    // The kill may cut the last line short.
    if (line.matches("(revision|blob) \\d+")) {
      long number = Long.parseLong(line.substring(line.indexOf(' ') + 1));
      if (line.startsWith("revision")) {
        revision = Math.max(revision, number);
      } else {
        blob = Math.max(blob, number);
      }
    }
  }
}
