package blenderer.node.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

  @TempDir Path folder;
  private CommandRig rig;

  @BeforeEach
  void prepare() throws IOException {
    rig = new CommandRig(folder);
  }

  private static String job(String body) {
    return "specificationVersion: jobtemplate-2023-09\nname: Local\n" + body;
  }

  /** A step that prints; {@code rest} begins with a line end or is empty. */
  private static String step(String name, String printed, String rest) {
    return """
      - name: %s
        script: {actions: {onRun: {command: echo, args: ["%s"]}}}%s
    """
        .formatted(name, printed, rest.indent(4).stripTrailing());
  }

  @Test
  void all_steps_run_each_after_those_it_depends_on() throws IOException {
    CommandRig.Outcome outcome =
        rig.run(
            job(
                "steps:\n"
                    + step("last", "three", "\ndependencies: [{dependsOn: middle}]")
                    + step("middle", "two", "\ndependencies: [{dependsOn: first}]")
                    + step("first", "one", "")));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).containsSubsequence("\none\n", "\ntwo\n", "\nthree\n");
    assertThat(outcome.output()).contains("Running job 'Local'", "Running step 'middle'");
  }

  @Test
  void one_step_runs_alone_when_it_is_named() throws IOException {
    String template =
        job(
            "steps:\n"
                + step("first", "one", "")
                + step("second", "two", "\ndependencies: [{dependsOn: first}]"));
    CommandRig.Outcome outcome = rig.run(template, "--step", "second");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output()).contains("\ntwo\n").doesNotContain("\none\n");
    assertThat(rig.run(template, "--step", "third"))
        .satisfies(
            wrong -> {
              assertThat(wrong.exitCode()).isEqualTo(2);
              assertThat(wrong.output())
                  .contains("[step-unknown] The job has no step 'third'.", "first, second");
            });
  }

  @Test
  void every_task_of_a_step_runs_and_so_does_every_chunk() throws IOException {
    CommandRig.Outcome outcome =
        rig.run(
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [TASK_CHUNKING]
            name: Local
            steps:
              - name: tasks
                parameterSpace:
                  taskParameterDefinitions:
                    - {name: A, type: INT, range: "1-2"}
                    - {name: B, type: STRING, range: [x, y]}
                script: {actions: {onRun: {command: echo, args: ["<{{Task.Param.A}}{{Task.Param.B}}>"]}}}
              - name: chunks
                parameterSpace:
                  taskParameterDefinitions:
                    - name: Frame
                      type: CHUNK[INT]
                      range: "1-12"
                      chunks: {defaultTaskCount: 5, rangeConstraint: CONTIGUOUS}
                script: {actions: {onRun: {command: echo, args: ["<{{Task.Param.Frame}}>"]}}}
            """);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .containsSubsequence("<1x>", "<1y>", "<2x>", "<2y>", "<1-4>", "<5-8>", "<9-12>");
    assertThat(outcome.output()).contains("All went well: 16 tasks ran.");
  }

  @Test
  void a_failure_ends_the_run_and_names_the_exit_code() throws IOException {
    CommandRig.Outcome outcome =
        rig.run(
            """
            specificationVersion: jobtemplate-2023-09
            name: Local
            jobEnvironments:
              - name: around
                script:
                  actions:
                    onEnter: {command: echo, args: [entered]}
                    onExit: {command: echo, args: [left]}
            steps:
              - name: bad
                parameterSpace: {taskParameterDefinitions: [{name: N, type: INT, range: "1-3"}]}
                script: {actions: {onRun: {command: sh, args: ["-c", "echo run {{Task.Param.N}}; exit {{Task.Param.N}}"]}}}
              - name: later
                script: {actions: {onRun: {command: echo, args: [never]}}}
            """);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .containsSubsequence("entered", "run 1", "exited with code: 1", "left", "failed [")
        .doesNotContain("run 2", "never");
  }

  @Test
  void a_failing_exit_of_an_environment_is_a_failure() throws IOException {
    CommandRig.Outcome outcome =
        rig.run(
            """
            specificationVersion: jobtemplate-2023-09
            name: Local
            jobEnvironments:
              - name: around
                script:
                  actions:
                    onEnter: {command: "true"}
                    onExit: {command: sh, args: ["-c", "exit 9"]}
            steps:
              - name: good
                script: {actions: {onRun: {command: echo, args: [fine]}}}
            """);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output()).containsSubsequence("fine", "exited with code: 9");
  }

  @Test
  void environments_of_the_job_stay_while_those_of_steps_come_and_go() throws IOException {
    rig.file(
        "outside.yaml",
        """
        specificationVersion: environment-2023-09
        parameterDefinitions: [{name: Greeting, type: STRING, default: hello}]
        environment:
          name: outside
          variables: {GREETING: "{{Param.Greeting}}"}
          script: {actions: {onEnter: {command: echo, args: [enter outside]}, onExit: {command: echo, args: [exit outside]}}}
        """);
    String step =
        """
          - name: %1$s
            stepEnvironments:
              - name: around %1$s
                variables: {ONLY: "%1$s"}
                script: {actions: {onEnter: {command: sh, args: ["-c", "echo enter $ONLY"]}, onExit: {command: sh, args: ["-c", "echo exit $ONLY"]}}}
            script: {actions: {onRun: {command: sh, args: ["-c", "echo $GREETING $ONLY; pwd >>{{Session.WorkingDirectory}}/seen; sort -u seen | wc -l"]}}}
        """;
    CommandRig.Outcome outcome =
        rig.run(
            job("steps:\n" + step.formatted("a") + step.formatted("b")),
            "--env",
            "outside.yaml",
            "-p",
            "Greeting=bye");
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .containsSubsequence(
            "enter outside",
            "enter a",
            "bye a\n1\n",
            "exit a",
            "enter b",
            "bye b\n1\n",
            "exit b",
            "exit outside");
    assertThat(outcome.output().split("enter outside", -1)).hasSize(2);
  }

  @Test
  void values_come_from_files_and_the_command_line_and_the_last_counts() throws IOException {
    rig.file("values.yaml", "Text: from file\nNumber: 007\nExact: 1.50\n");
    CommandRig.Outcome outcome =
        rig.run(
            """
            specificationVersion: jobtemplate-2023-09
            name: "Job {{Param.Number}}"
            parameterDefinitions:
              - {name: Text, type: STRING}
              - {name: Number, type: INT}
              - {name: Exact, type: FLOAT}
              - {name: More, type: STRING, default: none}
            steps:
              - name: print
                script: {actions: {onRun: {command: echo, args: ["<{{Param.Text}}|{{Param.Number}}|{{Param.Exact}}|{{Param.More}}>"]}}}
            """,
            "-p",
            "file://values.yaml",
            "-p",
            "Text=a=b c",
            "-p",
            "{\"More\": \"json\"}");
    assertThat(outcome.output()).contains("<a=b c|7|1.50|json>", "Running job 'Job 7'");
  }

  @Test
  void paths_are_relative_to_where_the_person_is_and_defaults_to_the_template() throws IOException {
    Path template =
        rig.file(
            "jobs/template.yaml",
            """
            specificationVersion: jobtemplate-2023-09
            name: Local
            parameterDefinitions:
              - {name: Given, type: PATH}
              - {name: Default, type: PATH, default: in/./scene}
              - {name: Absolute, type: PATH}
            steps:
              - name: print
                script: {actions: {onRun: {command: echo, args: ["<{{Param.Given}}|{{Param.Default}}|{{RawParam.Absolute}}|{{Param.Absolute}}>"]}}}
            """);
    rig.file(
        "rules.json",
        """
        {"version": "pathmapping-1.0", "path_mapping_rules": [
          {"source_path_format": "POSIX", "source_path": "/mnt", "destination_path": "/wrong"},
          {"source_path_format": "POSIX", "source_path": "/mnt/shared", "destination_path": "/local"}]}
        """);
    CommandRig.Outcome outcome =
        rig.call(
            template.toString(),
            "-p",
            "Given=a/../b.exr",
            "-p",
            "Absolute=/mnt/shared/x.exr",
            "--path-mapping-rules",
            "file://" + rig.folder().resolve("rules.json"));
    assertThat(outcome.output())
        .contains(
            "<"
                + rig.folder().resolve("b.exr")
                + "|"
                + rig.folder().resolve("jobs/in/scene")
                + "|/mnt/shared/x.exr|/local/x.exr>");
  }

  @Test
  void a_default_that_leaves_the_templates_folder_is_refused() throws IOException {
    for (String value : new String[] {"/etc", "../x", "a/../../x", "C:\\x", "..\\x"}) {
      CommandRig.Outcome outcome =
          rig.run(
              job(
                  "parameterDefinitions: [{name: P, type: PATH, default: '"
                      + value
                      + "'}]\nsteps:\n"
                      + step("s", "never", "")));
      assertThat(outcome.exitCode()).as(value).isEqualTo(1);
      assertThat(outcome.output()).contains("error [job-invalid]").doesNotContain("\nnever");
    }
  }

  @Test
  void what_cannot_be_read_is_told_by_name_before_anything_runs() throws IOException {
    assertThat(rig.call("absent.yaml"))
        .satisfies(
            absent -> {
              assertThat(absent.exitCode()).isEqualTo(2);
              assertThat(absent.output()).contains("error [file-not-found]", "absent.yaml");
            });
    String good = job("steps:\n" + step("s", "never", ""));
    assertThat(rig.run(good + "surplus: 1\n").output()).contains("error [template-invalid]");
    assertThat(rig.run(good, "-p", "Nothing").output()).contains("error [wrong-use]");
    assertThat(rig.run(good, "-p", "Unknown=1").output()).contains("error [job-invalid]");
    rig.file("list.json", "[1]");
    assertThat(rig.run(good, "-p", "file://list.json").output())
        .contains("error [parameters-unreadable]");
    assertThat(rig.run(good, "--path-mapping-rules", "file://list.json").output())
        .contains("error [path-rules-unreadable]");
  }

  @Test
  void nothing_of_a_run_is_left() throws IOException {
    Path marker = rig.folder().resolve("where");
    CommandRig.Outcome outcome =
        rig.run(
            job(
                "steps:\n"
                    + "- name: s\n"
                    + "  script: {actions: {onRun: {command: sh, args: ['-c', 'mkdir shut; touch"
                    + " shut/x; chmod 0 shut; pwd >"
                    + marker
                    + "; sleep 300 & echo $! >>"
                    + marker
                    + "']}}}\n"));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    Path session = Path.of(Files.readAllLines(marker).getFirst());
    Path daemon = Path.of("/proc", Files.readAllLines(marker).getLast(), "cmdline");
    assertThat(session.getParent()).doesNotExist();
    // What was killed and not collected yet has no command line any more.
    assertThat(!Files.exists(daemon) || Files.readString(daemon).isEmpty()).isTrue();
    try (Stream<Path> left = Files.list(rig.folder())) {
      assertThat(left).hasSize(2);
    }
  }

  @Test
  void in_a_sandbox_a_job_sees_the_files_it_names_and_changes_nothing() throws IOException {
    Path named = rig.file("given.txt", "given\n");
    Path other = rig.file("other.txt", "other\n");
    CommandRig.Outcome outcome =
        rig.run(
            job(
                "parameterDefinitions: [{name: File, type: PATH}]\n"
                    + "steps:\n"
                    + "- name: s\n"
                    + "  script: {actions: {onRun: {command: sh, args: ['-c', 'cat {{Param.File}};"
                    + " cat "
                    + other
                    + "; echo x >>{{Param.File}}; echo mine >mine; cat mine; echo"
                    + " user=[$USER]']}}}\n"),
            "-p",
            "File=given.txt",
            "--sandbox");
    Assumptions.assumeFalse(outcome.output().contains("error [no-sandbox]"), outcome.output());
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("given\n", "mine\n", "user=[]").doesNotContain("other\n");
    assertThat(named).hasContent("given");
  }
}
