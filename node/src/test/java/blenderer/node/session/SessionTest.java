package blenderer.node.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.IndexRanges;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.openjd.Directive;
import blenderer.openjd.Job;
import blenderer.openjd.JobCreation;
import blenderer.openjd.Templates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {

  @TempDir Path data;

  private final String id = UUID.randomUUID().toString();
  private final ProcessControl.Mark mark = new ProcessControl.Mark(SessionPlan.SESSION_MARK, id);
  private final Heard heard = new Heard();
  private final LinuxProcessControl control;
  private SessionFolder folder = new SessionFolder(Path.of("not-yet"));
  private @Nullable Session opened;

  SessionTest() throws Exception {
    control = new LinuxProcessControl();
  }

  /** Remembers all it hears. */
  private static final class Heard implements SessionListener {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<Directive> directives = new CopyOnWriteArrayList<>();

    @Override
    public void line(String line) {
      lines.add(line);
    }

    @Override
    public void told(Directive directive) {
      directives.add(directive);
    }
  }

  @AfterEach
  void leaveNothing() {
    control.killMarked(mark);
  }

  private void open(String yaml, Map<String, String> values) throws Exception {
    if (!(Templates.parseJob(yaml.getBytes(StandardCharsets.UTF_8), "test")
        instanceof Templates.Parsed(var template))) {
      throw new AssertionError(Templates.parseJob(yaml.getBytes(StandardCharsets.UTF_8), "test"));
    }
    if (!(JobCreation.create(template, values) instanceof JobCreation.Created(Job job))) {
      throw new AssertionError(JobCreation.create(template, values));
    }
    folder = SessionFolder.create(data, id);
    opened =
        Session.open(
            control,
            folder,
            new SessionPlan(
                id,
                job,
                job.steps().getFirst(),
                data.toRealPath(),
                "/usr/bin:/bin",
                Map.of("BLENDERER_THREADS", "2")));
  }

  private Session session() {
    return Objects.requireNonNull(opened);
  }

  private static String stepWith(String environments, String script) {
    return """
    specificationVersion: jobtemplate-2023-09
    extensions: [TASK_CHUNKING]
    name: test
    parameterDefinitions:
      - {name: Scene, type: PATH, objectType: FILE, dataFlow: IN, default: a/scene.blend}
      - {name: Out, type: PATH, dataFlow: OUT, default: frames}
      - {name: Note, type: STRING, default: "a b"}
    steps:
      - name: render
    %s
        parameterSpace:
          taskParameterDefinitions:
            - name: Frame
              type: CHUNK[INT]
              range: "10-19"
              chunks: {defaultTaskCount: 4, rangeConstraint: NONCONTIGUOUS}
        script:
          actions:
    %s
          embeddedFiles:
            - name: run
              type: TEXT
              filename: run.sh
              data: |
                echo 'frames {{Task.Param.Frame}} of {{Param.Scene}} into {{Param.Out}} note {{Param.Note}}'
    """
        .formatted(environments.indent(4).stripTrailing(), script.indent(8).stripTrailing());
  }

  private static String onRun(String shell) {
    return """
    onRun:
      command: sh
      args: ["-c", "%s"]
    """
        .formatted(shell);
  }

  private static final String ENVIRONMENTS =
      """
      stepEnvironments:
        - name: outer
          variables: {FROM_TEMPLATE: yes-it-is}
          script:
            actions:
              onEnter: {command: sh, args: ["-c", "echo enter outer; echo 'openjd_env: ADDED=one two'"]}
              onExit: {command: sh, args: ["-c", "echo exit outer; exit 4"]}
        - name: inner
          script:
            actions:
              onEnter: {command: sh, args: ["{{Env.File.go}}"]}
              onExit: {command: sh, args: ["-c", "echo exit inner $ADDED"]}
            embeddedFiles:
              - {name: go, type: TEXT, data: "echo enter inner $ADDED $FROM_TEMPLATE\\necho 'openjd_redacted_env: KEY=hush'\\n"}
      """;

  @Test
  void environments_are_entered_in_order_and_left_in_reverse_even_if_one_exit_fails()
      throws Exception {
    open(stepWith(ENVIRONMENTS, onRun("echo run $ADDED $KEY")), Map.of());
    assertThat(session().enter(heard)).isEqualTo(new ActionEnd.Succeeded());
    assertThat(session().run(IndexRanges.of(0), heard)).isEqualTo(new ActionEnd.Succeeded());
    session().leave(heard, true);
    assertThat(heard.lines)
        .containsExactly(
            "enter outer",
            "openjd_env: ADDED=one two",
            "enter inner one two yes-it-is",
            "openjd_redacted_env: KEY=********",
            "run one two",
            "exit inner one two",
            "exit outer",
            "Leaving 'outer' failed (action-failed): The command 'sh' ended with exit code 4.");
  }

  @Test
  void parameters_paths_and_embedded_files_are_those_of_the_session() throws Exception {
    open(
        stepWith("", "onRun: {command: sh, args: ['{{Task.File.run}}']}"),
        Map.of("Note", "$(id) x"));
    assertThat(session().enter(heard)).isEqualTo(new ActionEnd.Succeeded());
    assertThat(session().run(IndexRanges.parse("0-2,5"), heard))
        .isEqualTo(new ActionEnd.Succeeded());
    session().leave(heard, true);
    assertThat(heard.lines)
        .containsExactly(
            "frames 10-12,15 of "
                + folder.workspace().resolve("a/scene.blend")
                + " into "
                + folder.output()
                + " note $(id) x");
  }

  @Test
  void actions_see_a_clean_environment_inside_the_session_folder() throws Exception {
    open(
        stepWith("", onRun("pwd; env | cut -d= -f1 | sort | tr '\\\\n' ' '; echo $HOME")),
        Map.of());
    session().enter(heard);
    session().run(IndexRanges.of(0), heard);
    session().leave(heard, true);
    String root = folder.root().toString();
    assertThat(heard.lines)
        .containsExactly(
            root,
            "BLENDERER_ACTION BLENDERER_LEASH BLENDERER_NODE BLENDERER_SESSION BLENDERER_THREADS"
                + " HOME LANG OPENJD_SESSION_WORKING_DIR PATH PWD TMPDIR "
                + root
                + "/home");
    assertThat(Files.getPosixFilePermissions(folder.root())).hasSize(3);
  }

  @Test
  void a_path_that_climbs_out_of_the_session_is_refused() {
    assertThatThrownBy(
            () -> open(stepWith("", onRun("true")), Map.of("Scene", "../../../etc/passwd")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the value '../../../etc/passwd' of the parameter Scene leads out of the job's own"
                + " files");
    assertThatThrownBy(() -> open2(Map.of("Scene", "/etc/passwd")))
        .hasMessageContaining("leads out");
  }

  private void open2(Map<String, String> values) throws Exception {
    control.killMarked(mark);
    blenderer.cas.ManifestTree.deleteTree(data.toRealPath().resolve(id));
    open(stepWith("", onRun("true")), values);
  }

  @Test
  void results_and_progress_are_heard_while_the_action_goes_on() throws Exception {
    open(
        stepWith(
            "",
            onRun(
                "echo 'blenderer_frame: 10 42.5 3.5 120'; echo 'openjd_progress: 50';"
                    + " echo 'blenderer_done: 10 [\\\"frames/a.png\\\"]'; cat go; echo over")),
        Map.of());
    control.makeFifos(List.of(folder.root().resolve("go")));
    Thread other =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (heard.directives.size() < 3) {
                      Thread.sleep(5);
                    }
                    Files.writeString(folder.root().resolve("go"), "went\n");
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    session().enter(heard);
    assertThat(session().run(IndexRanges.of(0), heard)).isEqualTo(new ActionEnd.Succeeded());
    other.join();
    session().leave(heard, true);
    assertThat(heard.directives)
        .contains(new Directive.Progress(50), new Directive.Done(10, List.of("frames/a.png")));
    assertThat(heard.lines).endsWith("went", "over");
  }

  @Test
  void a_failure_has_the_code_that_the_action_named() throws Exception {
    open(stepWith("", onRun("echo 'openjd_fail: [scene-unreadable] no scene'; exit 1")), Map.of());
    session().enter(heard);
    assertThat(session().run(IndexRanges.of(0), heard))
        .isEqualTo(new ActionEnd.Failed("scene-unreadable", "no scene."));
    session().leave(heard, true);
  }

  @Test
  void a_failure_without_words_names_command_and_exit_code() throws Exception {
    open(stepWith("", onRun("exit 3")), Map.of());
    session().enter(heard);
    assertThat(session().run(IndexRanges.of(0), heard))
        .isEqualTo(
            new ActionEnd.Failed("action-failed", "The command 'sh' ended with exit code 3."));
    session().leave(heard, true);
  }

  @Test
  void output_arrives_whole_although_a_daemon_keeps_printing() throws Exception {
    open(
        stepWith(
            "",
            onRun(
                "(while :; do echo noise; sleep 0.01; done) & i=0; while [ $i -lt 2000 ]; do"
                    + " i=$((i+1)); echo line $i; done; printf last")),
        Map.of());
    session().enter(heard);
    assertThat(session().run(IndexRanges.of(0), heard)).isEqualTo(new ActionEnd.Succeeded());
    assertThat(heard.lines).contains("line 2000").anyMatch(line -> line.startsWith("last"));
    assertThat(control.marked(mark)).isNotEmpty();
    session().leave(heard, true);
    assertThat(control.marked(mark)).isEmpty();
  }

  @Test
  void a_timeout_kills_the_group_with_its_grandchildren() throws Exception {
    open(
        stepWith(
            "",
            """
            onRun:
              command: sh
              args: ["-c", "trap '' TERM; (sleep 300 & wait) & echo up; wait"]
              timeout: 1
            """),
        Map.of());
    session().enter(heard);
    assertThat(session().run(IndexRanges.of(0), heard))
        .isEqualTo(
            new ActionEnd.Failed("timeout", "The command took longer than the 1 s it may take."));
    assertThat(control.marked(mark)).isEmpty();
    session().leave(heard, true);
  }

  @Test
  void a_polite_cancellation_asks_first_and_says_until_when() throws Exception {
    open(
        stepWith(
            "",
            """
            onRun:
              command: sh
              args: ["-c", "trap 'cat cancel_info.json; exit 0' TERM; echo up; sleep 300 & wait"]
              cancelation: {mode: NOTIFY_THEN_TERMINATE, notifyPeriodInSeconds: 20}
            """),
        Map.of());
    session().enter(heard);
    Thread cancel =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!heard.lines.contains("up")) {
                    Thread.onSpinWait();
                  }
                  session().cancel(false);
                });
    assertThat(session().run(IndexRanges.of(0), heard)).isEqualTo(new ActionEnd.Cancelled());
    cancel.join();
    assertThat(heard.lines).anyMatch(line -> line.startsWith("{\"NotifyEnd\":\"20"));
    assertThat(session().run(IndexRanges.of(0), heard)).isEqualTo(new ActionEnd.Cancelled());
    session().leave(heard, true);
  }

  @Test
  void a_daemon_that_waits_at_the_leash_ends_when_the_session_is_left() throws Exception {
    open(
        stepWith("", onRun("(cat $BLENDERER_LEASH; echo let go >ended) >/dev/null 2>&1 & echo ok")),
        Map.of());
    session().enter(heard);
    session().run(IndexRanges.of(0), heard);
    assertThat(control.marked(mark)).isNotEmpty();
    assertThat(session().memoryBytes()).isPositive();
    session().leave(heard, true);
    assertThat(control.marked(mark)).isEmpty();
  }

  @Test
  void a_malformed_result_fails_the_action() throws Exception {
    open(stepWith("", onRun("echo 'blenderer_done: ten files'")), Map.of());
    session().enter(heard);
    assertThat(session().run(IndexRanges.of(0), heard))
        .isInstanceOfSatisfying(
            ActionEnd.Failed.class, failed -> assertThat(failed.code()).isEqualTo("bad-directive"));
    session().leave(heard, true);
  }
}
