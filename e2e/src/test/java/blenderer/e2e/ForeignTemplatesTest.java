package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.BlobSource;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Templates of people's own, with any command in them, through a server and two nodes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("e2e")
class ForeignTemplatesTest {

  private static final Duration SOON = Duration.ofSeconds(90);

  private static FarmProcesses farm;

  @BeforeAll
  static void start() throws IOException {
    // A killed node is missed after six seconds, not after thirty.
    farm = new FarmProcesses("--time-scale", "0.2");
    farm.startServer();
    farm.launchNode("one", "--allow-commands")
        .launchNode("two", "--allow-commands")
        .awaitNodes("one", "two");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  private static String submit(String name, String template) {
    byte[] bytes = template.getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(bytes);
    try (FarmClient client = Audit.client(farm)) {
      client.uploadBlob(
          digest, bytes.length, BlobSource.bytes("template", bytes), TransferProgress.NONE);
      return client
          .submit(
              new Jobs.Submit(
                  name, "default", 50, digest.hex(), null, Map.of(), List.of(), Map.of()),
              "e2e-" + name)
          .id();
    }
  }

  private static String state(String job) {
    return farm.job(job).get("state").asText();
  }

  private static void untilState(String job, String state) {
    Patience.until(
        SOON,
        () ->
            "job is "
                + state
                + ": "
                + farm.cli("job", job, "--tasks")
                + farm.cli("why", job)
                + farm.logText("one")
                + farm.logText("two"),
        () -> state(job).equals(state));
  }

  @Test
  @Order(1)
  void a_step_finds_what_the_steps_before_it_made_and_a_daemon_of_the_job_lives_as_long()
      throws IOException {
    String job =
        submit(
            "two steps",
            """
            specificationVersion: jobtemplate-2023-09
            name: two steps
            parameterDefinitions:
              - {name: Out, type: PATH, objectType: DIRECTORY, dataFlow: OUT, default: out}
            jobEnvironments:
              - name: daemon
                script:
                  actions:
                    onEnter: {command: bash, args: ["{{Env.File.enter}}"]}
                    onExit: {command: bash, args: ["-c", "kill $DAEMON"]}
                  embeddedFiles:
                    - name: enter
                      type: TEXT
                      data: |
                        sleep 7654321 < /dev/null > /dev/null 2>&1 &
                        echo "openjd_env: DAEMON=$!"
            steps:
              - name: make
                parameterSpace:
                  taskParameterDefinitions:
                    - {name: Number, type: INT, range: "1-4"}
                script:
                  actions:
                    onRun:
                      command: bash
                      args:
                        - -c
                        - kill -0 $DAEMON && echo part {{Task.Param.Number}} > {{Param.Out}}/{{Task.Param.Number}}.txt
              - name: join
                dependencies: [{dependsOn: make}]
                script:
                  actions:
                    onRun:
                      command: bash
                      args: ["-c", "kill -0 $DAEMON && cat {{Param.Out}}/*.txt > {{Param.Out}}/all.lst"]
            """);
    untilState(job, "done");
    Path got = farm.folder.resolve("two-steps");
    farm.cli("download", job, "--to", got.toString()).expect(0);
    try (var files = Files.walk(got)) {
      Path all =
          files.filter(file -> file.endsWith("all.lst")).findAny().orElseThrow(AssertionError::new);
      assertThat(all).hasContent("part 1\npart 2\npart 3\npart 4\n");
    }
    assertThat(Audit.attempts(farm, job)).hasSize(5);
  }

  @Test
  @Order(2)
  void a_secret_of_an_environment_never_stands_in_a_log() {
    String job =
        submit(
            "secret",
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [REDACTED_ENV_VARS]
            name: secret
            steps:
              - name: tell
                stepEnvironments:
                  - name: login
                    script:
                      actions:
                        onEnter:
                          command: bash
                          args: ["-c", "echo 'openjd_redacted_env: TOKEN=swordfish-4711'"]
                script:
                  actions:
                    onRun: {command: bash, args: ["-c", "echo the token is $TOKEN"]}
            """);
    untilState(job, "done");
    String log = farm.cli("logs", job).expect(0).out();
    assertThat(log).contains("the token is ********").doesNotContain("swordfish");
  }

  @Test
  @Order(3)
  void nothing_of_an_action_survives_that_a_person_cancels() {
    String job =
        submit(
            "cancel",
            """
            specificationVersion: jobtemplate-2023-09
            name: cancel
            steps:
              - name: wait
                script:
                  actions:
                    onRun:
                      command: bash
                      args: ["{{Task.File.run}}"]
                      cancelation: {mode: NOTIFY_THEN_TERMINATE, notifyPeriodInSeconds: 1}
                  embeddedFiles:
                    - name: run
                      type: TEXT
                      data: |
                        trap '' TERM
                        sleep 7654322 &
                        setsid sleep 7654322 &
                        (sleep 7654322 &)
                        echo begun
                        wait
                        sleep 7654322
            """);
    Patience.until(
        SOON,
        () -> "the action runs: " + farm.logText("one") + farm.logText("two"),
        () -> farm.renderersAlive().stream().anyMatch(line -> line.contains("sleep 7654322")));
    farm.cli("cancel", job).expect(0);
    assertThat(state(job)).isEqualTo("cancelled");
    Patience.until(
        SOON,
        () -> "nothing is left of it: " + farm.renderersAlive(),
        () -> farm.renderersAlive().stream().noneMatch(line -> line.contains("7654322")));
  }

  @Test
  @Order(4)
  void a_step_that_no_node_could_run_says_why() {
    String job =
        submit(
            "elsewhere",
            """
            specificationVersion: jobtemplate-2023-09
            name: elsewhere
            steps:
              - name: fly
                hostRequirements:
                  attributes:
                    - {name: attr.worker.os.family, anyOf: [windows]}
                script:
                  actions:
                    onRun: {command: "true"}
            """);
    JsonNode step = farm.job(job).get("steps").get(0);
    assertThat(step.get("state").asText()).isEqualTo("incompatible");
    assertThat(step.get("message").asText())
        .contains("attr.worker.os.family linux; the step needs windows");
    assertThat(farm.cli("why", job).expect(0).out()).contains("could ever run step 'fly'");
    assertThat(farm.cli("job", job).expect(0).out()).contains("incompatible");
    farm.cli("cancel", job).expect(0);
  }

  @Test
  @Order(5)
  void a_licence_is_never_used_twice_at_a_time() {
    farm.cli("limits", "amount.maker.licence=1").expect(0);
    String job =
        submit(
            "licence",
            """
            specificationVersion: jobtemplate-2023-09
            name: licence
            steps:
              - name: use
                hostRequirements:
                  amounts:
                    - {name: amount.maker.licence, min: 1}
                parameterSpace:
                  taskParameterDefinitions:
                    - {name: Number, type: INT, range: "1-5"}
                script:
                  actions:
                    onRun: {command: sleep, args: ["0.3"]}
            """);
    untilState(job, "done");
    List<Jobs.Attempt> attempts =
        Audit.attempts(farm, job).stream()
            .sorted(Comparator.comparingLong(Jobs.Attempt::startedAt))
            .toList();
    assertThat(attempts).hasSize(5);
    for (int i = 1; i < attempts.size(); i++) {
      assertThat(attempts.get(i).startedAt())
          .as("%s after %s", attempts.get(i), attempts.get(i - 1))
          .isGreaterThanOrEqualTo(attempts.get(i - 1).endedAt());
    }
  }

  @Test
  @Order(6)
  void a_node_killed_in_mid_session_costs_no_task() {
    String job =
        submit(
            "killed",
            """
            specificationVersion: jobtemplate-2023-09
            name: killed
            parameterDefinitions:
              - {name: Out, type: PATH, objectType: DIRECTORY, dataFlow: OUT, default: out}
            steps:
              - name: slow
                parameterSpace:
                  taskParameterDefinitions:
                    - {name: Number, type: INT, range: "1-6"}
                script:
                  actions:
                    onRun:
                      command: bash
                      args: ["-c", "sleep 2; echo {{Task.Param.Number}} > {{Param.Out}}/{{Task.Param.Number}}"]
            """);
    Patience.until(
        SOON,
        "node one works on it",
        () -> farm.renderersAlive("one").stream().anyMatch(line -> line.contains("sleep 2")));
    farm.kill("one");
    untilState(job, "done");
    Audit.everyFrameCommittedOnce(farm, job, 6);
    Patience.until(
        SOON, "nothing of the killed node is left", () -> farm.renderersAlive("one").isEmpty());
  }
}
