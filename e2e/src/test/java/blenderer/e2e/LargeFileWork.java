package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Digest;
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

/**
 * Jobs whose tasks all read one large file.
 *
 * @param admin the connection file with which they are submitted
 */
record LargeFileWork(FarmProcesses farm, Path admin) {

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

  /** Makes a file of that size and submits a job whose tasks all read it. */
  String submit(long bytes) throws IOException {
    Path project = Files.createDirectories(farm.folder.resolve("project"));
    large(project.resolve("large.bin"), bytes);
    Files.writeString(project.resolve("large.yaml"), TEMPLATE);
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

  void untilDone(String job) {
    Patience.until(
        SOON,
        () -> "the job is done: " + farm.job(job) + farm.logText("server"),
        () -> farm.job(job).get("state").asText().equals("done"));
  }

  /** Every task read the right bytes, and what it made arrived whole, once. */
  void allIsRight(String job) throws IOException {
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
}
