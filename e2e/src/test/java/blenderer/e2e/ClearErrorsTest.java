package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ApiException;
import blenderer.api.BlobSource;
import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.api.Secrets;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a person does wrong: each mistake is named, says what to do, and leaves nothing half-made.
 */
@Tag("e2e")
class ClearErrorsTest {

  private static FarmProcesses farm;
  private static Path scenes;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses("--time-scale", "0.1");
    farm.startServer();
    scenes = farm.folder.resolve("scenes");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  private static int jobs() {
    return Json.of(farm.cli("jobs", "--json").expect(0).out()).size();
  }

  /** The command fails, names the thing, says what is next, shows no stack trace, makes no job. */
  private static void refused(int code, Run run, String... words) {
    run.expect(code);
    assertThat(run.err()).contains(words).doesNotContain("\tat ").doesNotContain("Exception");
    assertThat(run.err()).containsPattern("error \\[[a-z0-9-]+\\] ").contains("next: ");
  }

  private static void refusedWithoutJob(int code, String[] arguments, String... words) {
    int before = jobs();
    refused(code, farm.cli(arguments), words);
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void a_truncated_blend() throws IOException {
    refusedWithoutJob(
        1, new String[] {"submit", Scenes.truncated(scenes).toString()}, "truncated.blend");
  }

  @Test
  void a_file_that_is_no_blend() throws IOException {
    refusedWithoutJob(
        1, new String[] {"submit", Scenes.noBlend(scenes).toString()}, "holiday.blend");
  }

  @Test
  void a_file_that_is_not_there() {
    refusedWithoutJob(
        2, new String[] {"submit", scenes + "/nothing-here.blend"}, "nothing-here.blend");
  }

  @Test
  void a_scene_without_a_camera() throws IOException {
    refusedWithoutJob(
        1, new String[] {"submit", Scenes.withoutCamera(scenes).toString()}, "camera");
  }

  @Test
  void a_missing_texture_is_named_before_anything_is_uploaded() throws IOException {
    refusedWithoutJob(
        1,
        new String[] {"submit", Scenes.withMissingTexture(scenes).toString()},
        "wood.png",
        "--allow-missing");
  }

  @Test
  void a_frame_range_that_is_no_range() {
    refusedWithoutJob(
        2, new String[] {"submit", Dist.demoScene().toString(), "--frames", "one-ten"}, "one-ten");
    refusedWithoutJob(
        2, new String[] {"submit", Dist.demoScene().toString(), "--frames", "1-20,15"}, "15");
  }

  @Test
  void a_server_that_is_not_there() throws IOException {
    ConnectionString real = ConnectionString.read(farm.adminConnection().toString(), System.in);
    String nowhere =
        new ConnectionString(
                List.of(new ConnectionString.Address("127.0.0.1", 1)),
                real.fingerprint(),
                real.secret())
            .print();
    refused(3, farm.cliWith(Map.of("BLENDERER_CONNECT", nowhere), "jobs"), "127.0.0.1:1");
  }

  @Test
  void a_server_with_another_fingerprint() throws IOException {
    ConnectionString real = ConnectionString.read(farm.adminConnection().toString(), System.in);
    String other =
        new ConnectionString(
                real.addresses(),
                ConnectionString.fingerprintOf("another".getBytes(StandardCharsets.UTF_8)),
                real.secret())
            .print();
    Run run = farm.cliWith(Map.of("BLENDERER_CONNECT", other), "jobs");
    refused(3, run, "fingerprint");
    assertThat(run.all()).doesNotContain(real.secret());
  }

  @Test
  void a_spent_invite() throws IOException {
    String invite =
        farm.cli("invite", "--role", "artist", "--uses", "1")
            .expect(0)
            .out()
            .strip()
            .lines()
            .toList()
            .getLast();
    Map<String, String> first =
        Map.of("XDG_CONFIG_HOME", farm.folder.resolve("first").toString(), "USER", "ann");
    farm.cliWith(first, "login", invite, "--name", "ann").expect(0);
    Map<String, String> second =
        Map.of("XDG_CONFIG_HOME", farm.folder.resolve("second").toString(), "USER", "ben");
    refused(3, farm.cliWith(second, "login", invite, "--name", "ben"), "invite");
    assertThat(farm.folder.resolve("second/blenderer/connection")).doesNotExist();
    assertThat(farm.cli("keys").expect(0).out()).contains("ann").doesNotContain("ben");
  }

  @Test
  void a_path_that_climbs_out_of_the_workspace() throws IOException {
    byte[] hostile =
        ("{\"version\":1,\"files\":[{\"path\":\"../../etc/cron.d/x\",\"digest\":\""
                + Digest.of(new byte[0])
                + "\",\"size\":0}]}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] template = Files.readAllBytes(Dist.root().resolve("renderers/blender/template.yaml"));
    int before = jobs();
    try (FarmClient client = Audit.client(farm)) {
      for (byte[] blob : List.of(hostile, template, new byte[0])) {
        client.uploadBlob(
            Digest.of(blob), blob.length, BlobSource.bytes("blob", blob), TransferProgress.NONE);
      }
      Jobs.Submit submit =
          new Jobs.Submit(
              "hostile",
              "default",
              50,
              Digest.of(template).hex(),
              Digest.of(hostile).hex(),
              Map.of("Scene", "scene.blend", "Frames", "1"),
              List.of(),
              Map.of());
      ApiException refusal =
          Assertions.catchThrowableOfType(
              ApiException.class, () -> client.submit(submit, "hostile-1"));
      assertThat(refusal.problem().status()).isEqualTo(422);
      assertThat(refusal.problem().title()).contains("../../etc/cron.d/x").contains("..");
      assertThat(refusal.problem().next()).isNotBlank();
    }
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void a_node_of_another_protocol_version() throws Exception {
    String secret = Secrets.newKey();
    ConnectionString invite = ConnectionString.parse(farm.invite("node"));
    try (FarmClient enrolling = new FarmClient(invite)) {
      enrolling.enrol(new Farm.Enrol("from-the-future", Secrets.hash(secret)));
    }
    try (FarmClient node = new FarmClient(invite.withSecret(secret))) {
      ApiException refusal =
          Assertions.catchThrowableOfType(
              ApiException.class,
              () ->
                  node.syncLine()
                      .sync(
                          new NodeSync.Request(
                              NodeSync.PROTOCOL + 7,
                              "boot",
                              1,
                              0,
                              1,
                              false,
                              List.of(),
                              List.of(),
                              null)));
      assertThat(refusal.problem().code()).isEqualTo("protocol-unsupported");
      assertThat(refusal.problem().title())
          .contains("" + (NodeSync.PROTOCOL + 7))
          .contains("" + NodeSync.PROTOCOL);
    }
    assertThat(farm.isOnline("from-the-future")).isFalse();
  }

  @Test
  void a_job_that_no_node_can_take_says_why() throws IOException {
    String job = farm.submit(Scenes.small(scenes, "small.blend", ""), "--frames", "1");
    assertThat(farm.cli("why", job).expect(0).out()).contains("node");
    farm.cli("cancel", job).expect(0);
    assertThat(farm.job(job).get("state").asText()).isEqualTo("cancelled");
  }
}
