package blenderer.node.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.NodeSync;
import blenderer.model.Renderer;
import blenderer.node.cache.DiskRoom;
import blenderer.node.render.InstalledRenderer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that runs templates of people's own. */
class ForeignAgentTest {

  private static final String HEAD =
      """
      specificationVersion: jobtemplate-2023-09
      extensions: [TASK_CHUNKING]
      name: own
      parameterDefinitions:
        - {name: Out, type: PATH, objectType: DIRECTORY, dataFlow: OUT, default: out}
      steps:
      """;

  @TempDir Path data;
  private final MemoryFarm farm = new MemoryFarm();
  private @Nullable AgentRig rig;

  @AfterEach
  void stop() throws Exception {
    if (rig != null) {
      rig.stop();
    }
  }

  private void run(String steps, int tasks, List<String> environments) throws Exception {
    start(steps, tasks, environments);
    AgentRig.until(() -> farm.reports().size() >= tasks);
  }

  private void start(String steps, int tasks, List<String> environments) throws Exception {
    rig =
        AgentRig.start(
            data,
            1,
            farm,
            new DiskRoom(1000, () -> 1L << 40),
            ShellKit.rendering("true"),
            new InstalledRenderer(new Renderer("shell", "1.0", List.of()), Path.of("/bin/sh")),
            false,
            true);
    farm.grant(
        "a",
        new NodeSync.Grant(
            "job",
            "job",
            0,
            "step",
            farm.blob(HEAD + steps).hex(),
            null,
            Map.of(),
            List.of(),
            List.of(),
            IntStream.range(0, tasks)
                .mapToObj(index -> new NodeSync.GrantedTask(index, 1, 1))
                .toList(),
            environments,
            "commands"));
  }

  private NodeSync.Report report(int index) {
    return farm.reports().stream().filter(one -> one.index() == index).findFirst().orElseThrow();
  }

  private static List<String> paths(NodeSync.Report report) {
    return report.files().stream().map(NodeSync.OutputFile::path).toList();
  }

  @Test
  void what_a_chunk_leaves_belongs_to_its_last_task_and_empty_files_count() throws Exception {
    run(
        """
          - name: many
            parameterSpace:
              taskParameterDefinitions:
                - name: F
                  type: CHUNK[INT]
                  range: 1-3
                  chunks: {defaultTaskCount: 3, rangeConstraint: CONTIGUOUS}
            script:
              actions:
                onRun:
                  command: sh
                  args: ["-c", "echo x > {{Param.Out}}/{{Task.Param.F}}; : > {{Param.Out}}/empty"]
        """,
        3,
        List.of());
    assertThat(farm.reports()).allMatch(one -> one.outcome().equals("succeeded"));
    assertThat(paths(report(0))).isEmpty();
    assertThat(paths(report(1))).isEmpty();
    assertThat(paths(report(2))).containsExactly("1-3", "empty");
    assertThat(report(2).renderer()).isNull();
  }

  @Test
  void a_step_without_parameters_is_one_task_inside_the_environments_of_the_submission()
      throws Exception {
    String around =
        farm.blob(
                """
                specificationVersion: environment-2023-09
                environment: {name: around, variables: {COLOUR: blue}}
                """)
            .hex();
    run(
        """
          - name: one
            script:
              actions:
                onRun: {command: sh, args: ["-c", "echo it is $COLOUR"]}
        """,
        1,
        List.of(around));
    assertThat(report(0).outcome()).isEqualTo("succeeded");
    assertThat(farm.text(requireNonNull(report(0).log()))).contains("it is blue");
  }

  @Test
  void a_command_that_fails_ran_once_and_the_reason_is_told() throws Exception {
    run(
        """
          - name: one
            script:
              actions:
                onRun: {command: sh, args: ["-c", "echo trying; exit 7"]}
        """,
        1,
        List.of());
    assertThat(requireNonNull(report(0).failure()).code()).isEqualTo("action-failed");
    assertThat(farm.text(requireNonNull(report(0).log())).split("trying", -1)).hasSize(2);
  }

  @Test
  void a_command_that_takes_too_long_fails_with_that_reason() throws Exception {
    run(
        """
          - name: one
            script:
              actions:
                onRun: {command: sleep, args: ["100"], timeout: 1}
        """,
        1,
        List.of());
    assertThat(requireNonNull(report(0).failure()).code()).isEqualTo("timeout");
    assertThat(requireNonNull(report(0).failure()).message()).contains("1 s");
  }

  @Test
  void new_lines_are_told_while_somebody_follows_and_only_then() throws Exception {
    Path one = data.resolve("go1");
    Path two = data.resolve("go2");
    start(
        """
          - name: one
            script:
              actions:
                onRun:
                  command: sh
                  args: ["-c", "echo first ä; until [ -e ONE ]; do sleep 0.02; done; echo second; \
        until [ -e TWO ]; do sleep 0.02; done; echo third"]
        """
            .replace("ONE", one.toString())
            .replace("TWO", two.toString()),
        1,
        List.of());
    AgentRig.until(() -> farm.requests().stream().anyMatch(ForeignAgentTest::worksOnIt));
    assertThat(farm.tellings()).isZero();
    farm.follow("a", 0);
    AgentRig.until(() -> farm.heard().contains("first ä\n"));
    assertThat(farm.reports()).isEmpty();
    Files.createFile(one);
    AgentRig.until(() -> farm.heard().endsWith("second\n"));
    farm.followNothing();
    int before = farm.tellings();
    Files.createFile(two);
    AgentRig.until(() -> !farm.reports().isEmpty());
    assertThat(farm.tellings()).isBetween(before, before + 1);
    String log = farm.text(requireNonNull(report(0).log()));
    assertThat(log).startsWith(farm.heard()).endsWith("third\n");
  }

  private static boolean worksOnIt(NodeSync.Request request) {
    return request.leases().stream().anyMatch(NodeSync.HeldLease::started);
  }
}
