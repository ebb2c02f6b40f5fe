package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Digest;
import blenderer.testkit.S3Server;
import blenderer.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A farm that is backed up while it renders, lost, and goes on elsewhere; then moves to PostgreSQL
 * and a bucket. Its node runs all the time and gets no second invite.
 */
@Tag("e2e")
final class FarmMovesTest {

  private static final Duration SOON = Duration.ofMinutes(4);
  private static final int FRAMES = 10;

  private static final String STORE_KEY =
      "-Daws.accessKeyId=" + S3Server.KEY + " -Daws.secretAccessKey=" + S3Server.SECRET;

  private static TestPostgres database;
  private static S3Server store;
  private static FarmProcesses farm;

  @BeforeAll
  static void start() throws Exception {
    database = TestPostgres.started();
    database.create("farm");
    store = S3Server.started();
    store.makeBucket("farm");
    farm = new FarmProcesses("--time-scale", "0.1").withJavaOptions(STORE_KEY);
    farm.startServer().startNode("one");
  }

  @AfterAll
  static void stop() throws Exception {
    farm.close();
    store.close();
    database.close();
  }

  private static Run here(String... arguments) {
    return farm.cliWith(Map.of("BLENDERER_JAVA_OPTS", STORE_KEY), arguments);
  }

  private static String submit(int frames) {
    return farm.submit(Dist.demoScene(), "--frames", "1-" + frames, "--percentage", "25");
  }

  private static void until(String job, int done) {
    Patience.until(
        SOON,
        () -> done + " frames are done: " + farm.logText("server") + farm.logText("one"),
        () -> farm.done(job) >= done);
  }

  private static Map<String, String> frames(String job, String name) throws IOException {
    Path to = farm.folder.resolve(name);
    farm.cli("download", job, "--to", to.toString()).expect(0);
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(to)) {
      files
          .filter(file -> file.toString().endsWith(".png"))
          .forEach(file -> digests.put(to.relativize(file).toString(), digest(file)));
    }
    return digests;
  }

  private static String digest(Path file) {
    try {
      return Digest.of(Files.readAllBytes(file)).hex();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void its_node_goes_on_without_an_invite() throws Exception {
    Process node = farm.process("one");
    String backups = farm.folder.resolve("backups").toString();
    String data = farm.serverData().toString();
    String job = submit(FRAMES);
    until(job, 2);
    killInTheMiddle(backups, data);
    Run made = here("backup", "--data", data, "--to", backups).expect(0);
    assertThat(made.out()).contains("Backup ").contains(" rows").contains(backups);
    int atBackup = farm.done(job);
    until(job, Math.min(FRAMES, atBackup + 2));

    farm.kill("server");
    Files.move(farm.serverData(), farm.folder.resolve("lost"));
    Run restored = here("restore", "--from", backups, "--data", data).expect(0);
    assertThat(restored.out()).contains("all read and compared").contains("server --data " + data);
    Run twice = here("restore", "--from", backups, "--data", data).expect(1);
    assertThat(twice.err()).startsWith("target-not-empty: ");
    farm.startServer();
    until(job, FRAMES);
    Audit.everyFrameCommittedOnce(farm, job, FRAMES);
    Map<String, String> frames = frames(job, "frames");
    assertThat(frames).hasSize(FRAMES);

    String url = database.url("farm");
    String bucket = "s3://farm/one?endpoint=" + store.endpoint();
    String[] migrate = {"migrate", "--data", data, "--to-db", url, "--to-blobs", bucket};
    Run running = here(migrate).expect(1);
    assertThat(running.err()).startsWith("data-in-use: ").contains("Stop it first");
    farm.stop("server");
    Run moved = here(migrate).expect(0);
    assertThat(moved.out()).contains("the same as in").contains("--db '" + url + "'");
    start(url, bucket);
    assertThat(frames(job, "frames-again")).isEqualTo(frames);
    String more = submit(2);
    until(more, 2);
    Audit.everyFrameCommittedOnce(farm, more, 2);
    assertThat(here("backup", "--data", data, "--db", url, "--blobs", bucket, "--to", backups))
        .satisfies(run -> run.expect(0));
    assertThat(node.isAlive()).as("the same process all the time").isTrue();
    assertThat(farm.process("one")).isSameAs(node);
  }

  /** Kill -9 while the first backup is made; nothing in the folder counts then. */
  private static void killInTheMiddle(String backups, String data) throws Exception {
    Process backup =
        farm.start(
            "backup",
            List.of(Dist.program().toString(), "backup", "--data", data, "--to", backups));
    Path folder = Path.of(backups, "blobs");
    while (!Files.exists(folder) && backup.isAlive()) {
      Thread.onSpinWait();
    }
    backup.destroyForcibly().onExit().join();
    Run none = here("restore", "--from", backups, "--data", farm.folder.resolve("none").toString());
    assertThat(none.expect(1).err()).startsWith("backup-not-whole: ");
    assertThat(farm.folder.resolve("none")).doesNotExist();
  }

  private static void start(String url, String bucket) throws IOException {
    farm.start(
        "server",
        new ArrayList<>(
            List.of(
                Dist.program().toString(),
                "server",
                "--data",
                farm.serverData().toString(),
                "--listen",
                "127.0.0.1:" + farm.port,
                "--time-scale",
                "0.1",
                "--db",
                url,
                "--blobs",
                bucket)));
    Patience.until(
        SOON,
        () -> "the server answers: " + farm.logText("server"),
        () -> farm.cli("whoami").code() == 0);
  }
}
