package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ConnectionString;
import blenderer.model.Digest;
import blenderer.testkit.S3Server;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A farm whose files lie in a bucket of a real S3 server. */
final class FarmOnS3Test {

  private static final Duration SOON = Duration.ofMinutes(3);
  private static final int FRAMES = 12;
  private static final int NOISE = 200_000;

  private static final String TEMPLATE =
      """
      specificationVersion: jobtemplate-2023-09
      name: large
      parameterDefinitions:
        - {name: Large, type: PATH, objectType: FILE, dataFlow: IN}
        - {name: Out, type: PATH, objectType: DIRECTORY, dataFlow: OUT, default: out}
      steps:
        - name: read
          parameterSpace:
            taskParameterDefinitions:
              - {name: Number, type: INT, range: "1-%d"}
          script:
            actions:
              onRun:
                command: bash
                args:
                  - -c
                  - >-
                    sha256sum < {{Param.Large}} > {{Param.Out}}/{{Task.Param.Number}}.sum;
                    head -c %d /dev/urandom > {{Param.Out}}/{{Task.Param.Number}}.noise;
                    sleep 0.5
      """
          .formatted(FRAMES, NOISE);

  private S3Server store;
  private FarmProcesses farm;
  private Tunnel tunnel;

  @BeforeEach
  void start() throws Exception {
    Path folder = Files.createTempDirectory("blenderer-s3").toRealPath();
    store = S3Server.start(folder);
    store.makeBucket("farm");
    farm =
        new FarmProcesses("--blobs", "s3://farm/one?endpoint=" + store.endpoint())
            .withJavaOptions(
                "-Daws.accessKeyId=" + S3Server.KEY + " -Daws.secretAccessKey=" + S3Server.SECRET)
            .startServer();
    tunnel = new Tunnel(farm.port);
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

  private String submit(long bytes) throws IOException {
    Path project = Files.createDirectories(farm.folder.resolve("project"));
    large(project.resolve("large.bin"), bytes);
    Files.writeString(project.resolve("large.yaml"), TEMPLATE);
    Path admin =
        throughTunnel(
            "admin", ConnectionString.parse(Files.readString(farm.adminConnection()).strip()));
    Run run =
        farm.cliWith(
            Map.of("BLENDERER_CONNECT", admin.toString()),
            "submit",
            project.resolve("large.yaml").toString(),
            "-p",
            "Large=" + project.resolve("large.bin"),
            "--json");
    return Json.of(run.expect(0).out()).get("id").asText();
  }

  private static void large(Path file, long bytes) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    byte[] block = new byte[1 << 20];
    random.nextBytes(block);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long i = 0; i < bytes / block.length; i++) {
        block[(int) (i % block.length)]++;
        out.write(block);
      }
    }
  }

  private static Digest hash(Path file) throws IOException {
    MessageDigest hasher = Digest.newHasher();
    try (var in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 20];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
      }
    }
    return Digest.ofHash(hasher.digest());
  }

  private void untilDone(String job) {
    Patience.until(
        SOON,
        () -> "the job is done: " + farm.job(job) + farm.logText("server") + farm.logText("node0"),
        () -> farm.job(job).get("state").asText().equals("done"));
  }

  /** Every task read the right bytes, and what it made arrived whole, once. */
  private void allIsRight(String job) throws IOException {
    Path got = farm.folder.resolve("got-" + job);
    farm.cli("download", job, "--to", got.toString()).expect(0);
    String sum = hash(farm.folder.resolve("project/large.bin")).hex();
    try (Stream<Path> files = Files.walk(got)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all.stream().filter(file -> file.toString().endsWith(".sum")))
          .hasSize(FRAMES)
          .allSatisfy(file -> assertThat(file).content().startsWith(sum));
      assertThat(all.stream().filter(file -> file.toString().endsWith(".noise")))
          .hasSize(FRAMES)
          .allSatisfy(file -> assertThat(file).hasSize(NOISE));
    }
    assertThat(
            Audit.attempts(farm, job).stream()
                .filter(attempt -> attempt.outcome().equals("succeeded"))
                .map(attempt -> attempt.index()))
        .doesNotHaveDuplicates()
        .hasSize(FRAMES);
  }

  /** What passes the server for a job with a file of that size: syncs, reports and all. */
  private long passing(long bytes) throws IOException {
    long before = tunnel.bytes.get();
    String job = submit(bytes);
    untilDone(job);
    long passed = tunnel.bytes.get() - before;
    System.out.printf("s3: a file of %d bytes, %d bytes past the server%n", bytes, passed);
    allIsRight(job);
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
    String job = submit(1 << 20);
    Patience.until(
        SOON,
        () -> "two tasks are done: " + farm.job(job),
        () -> farm.job(job).get("tasks").get("done").asInt() >= 2);
    store.kill();
    Thread.sleep(6_000);
    assertThat(farm.job(job).get("state").asText()).as("it waits").isNotIn("done", "failed");
    store.restart();
    untilDone(job);
    allIsRight(job);
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
