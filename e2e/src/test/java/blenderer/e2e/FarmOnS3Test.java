package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ConnectionString;
import blenderer.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A farm whose files lie in a bucket of a real S3 server. */
final class FarmOnS3Test {

  private static final Duration SOON = Duration.ofMinutes(3);
  private S3Server store;
  private FarmProcesses farm;
  private Tunnel tunnel;
  private LargeFileWork work;

  @BeforeEach
  void start() throws Exception {
    store = S3Server.started();
    store.makeBucket("farm");
    farm =
        new FarmProcesses("--blobs", "s3://farm/one?endpoint=" + store.endpoint())
            .withJavaOptions(
                "-Daws.accessKeyId=" + S3Server.KEY + " -Daws.secretAccessKey=" + S3Server.SECRET)
            .startServer();
    tunnel = new Tunnel(farm.port);
    work =
        new LargeFileWork(
            farm,
            throughTunnel(
                "admin", ConnectionString.parse(Files.readString(farm.adminConnection()).strip())));
  }

  @AfterEach
  void stop() throws Exception {
    farm.close();
    tunnel.close();
    store.close();
  }

  /** Whoever uses it comes to the server through the tunnel. */
  private Path throughTunnel(String name, ConnectionString connection) throws IOException {
    Path file = farm.folder.resolve(name + ".connection");
    Files.writeString(
        file,
        new ConnectionString(
                List.of(new ConnectionString.Address("127.0.0.1", tunnel.port())),
                connection.fingerprint(),
                connection.secret())
            .print());
    return file;
  }

  private void startNodes(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      throughTunnel("node" + i, ConnectionString.parse(farm.invite("node")));
      farm.startNode("node" + i, "--allow-commands", "--slots", "1", "--min-free", "1MB");
    }
  }

  /** What passes the server for a job with a file of that size: syncs, reports and all. */
  private long passing(long bytes) throws IOException {
    long before = tunnel.bytes.get();
    String job = work.submit(bytes);
    work.untilDone(job);
    long passed = tunnel.bytes.get() - before;
    System.out.printf("s3: a file of %d bytes, %d bytes past the server%n", bytes, passed);
    work.allIsRight(job);
    return passed;
  }

  @Test
  @Tag("e2e")
  void a_scene_of_80_MB_reaches_two_nodes_and_less_than_1_MB_passes_the_server()
      throws IOException {
    startNodes(2);
    assertThat(passing(80L << 20)).isBetween(10_000L, 1_000_000L);
  }

  @Test
  @Tag("soak")
  void of_a_scene_of_1_GB_for_four_nodes_less_than_1_MB_passes_the_server() throws IOException {
    startNodes(4);
    long withoutScene = passing(1 << 20);
    assertThat(passing(1L << 30) - withoutScene).isLessThan(1_000_000L);
  }

  @Test
  @Tag("e2e")
  void a_store_that_is_away_delays_a_job_and_loses_nothing_of_it() throws Exception {
    startNodes(2);
    String job = work.submit(1 << 20);
    Patience.until(
        SOON,
        () -> "two tasks are done: " + farm.job(job),
        () -> farm.job(job).get("tasks").get("done").asInt() >= 2);
    store.kill();
    Thread.sleep(6_000);
    assertThat(farm.job(job).get("state").asText()).as("it waits").isNotIn("done", "failed");
    store.restart();
    work.untilDone(job);
    work.allIsRight(job);
  }

  @Test
  @Tag("e2e")
  void a_bucket_of_another_farm_is_refused_in_one_sentence() throws IOException {
    Path data = farm.folder.resolve("another");
    Run run =
        Run.of(
            Duration.ofMinutes(1),
            farm.folder,
            Map.of(
                "BLENDERER_JAVA_OPTS",
                "-Daws.accessKeyId=" + S3Server.KEY + " -Daws.secretAccessKey=" + S3Server.SECRET),
            List.of(
                Dist.program().toString(),
                "server",
                "--data",
                data.toString(),
                "--listen",
                "127.0.0.1:0",
                "--blobs",
                "s3://farm/one?endpoint=" + store.endpoint()));
    run.expect(1);
    assertThat(run.err())
        .startsWith("server-not-started: ")
        .contains("holds the blobs of another farm")
        .doesNotContain("at blenderer.");
  }
}
