package blenderer.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.openjd.Directive;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One test for every rule of sessions that is not about cancelation. */
@Timeout(60)
class SessionRulesTest {

  @TempDir Path data;

  private SessionRig rig(String environments, String script) throws Exception {
    return new SessionRig(data, SessionRig.template(environments, script));
  }

  @Test
  void an_environment_that_could_not_be_entered_is_left_too_and_nothing_runs() throws Exception {
    try (SessionRig rig =
        rig(
            SessionRig.environments(
                "a",
                "echo in a",
                "echo out a",
                "b",
                "echo in b; exit 3",
                "echo out b",
                "c",
                "echo in c",
                "echo out c"),
            SessionRig.run("echo task"))) {
      assertThat(SessionRig.failure(rig.session.enter(rig))).contains("exit code 3");
      assertThat(SessionRig.failure(rig.task())).startsWith("[session-over]");
      rig.session.leave(rig, true);
      assertThat(rig.lines).containsExactly("in a", "in b", "out b", "out a");
      assertThat(rig.exitCodes).containsExactly(0, 3, 0, 0);
    }
  }

  @Test
  void a_failed_task_ends_the_session_for_all_others() throws Exception {
    try (SessionRig rig = rig("", SessionRig.run("echo once; exit 1"))) {
      rig.session.enter(rig);
      rig.task();
      assertThat(SessionRig.failure(rig.task())).startsWith("[session-over]");
      rig.session.leave(rig, true);
      assertThat(rig.lines).containsExactly("once");
    }
  }

  @Test
  void variables_live_from_the_enter_to_the_end_of_the_exit_of_their_environment()
      throws Exception {
    try (SessionRig rig =
        rig(
            "stepEnvironments:\n"
                + "  - {name: a, variables: {X: outer, Y: kept}, script: {actions: {onEnter:"
                + " {command: 'true'}, onExit: {command: sh, args: ['-c', 'echo exit a $X"
                + " $Y']}}}}\n"
                + "  - {name: b, variables: {X: inner}, script: {actions: {onEnter: {command: sh,"
                + " args: ['-c', 'echo enter b $X']}, onExit: {command: sh, args: ['-c', 'echo exit"
                + " b $X $Y']}}}}\n",
            SessionRig.run("echo run $X $Y"))) {
      assertThat(rig.all()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.lines)
          .containsExactly(
              "enter b inner", "run inner kept", "exit b inner kept", "exit a outer kept");
    }
  }

  @Test
  void taking_a_variable_away_beats_setting_it_in_the_same_environment() throws Exception {
    try (SessionRig rig =
        rig(
            SessionRig.environments(
                "a",
                "echo \"openjd_unset_env: GONE\"; echo \"openjd_env: GONE=x\";"
                    + " echo \"openjd_env: SET=1\"",
                "",
                "b",
                "echo \"openjd_unset_env: SET\"",
                "echo \"in b <$SET>\""),
            SessionRig.run("echo \"<$GONE> <$SET>\""))) {
      rig.all();
      assertThat(rig.lines).contains("<> <>", "in b <>");
    }
  }

  @Test
  void no_environment_hides_its_processes_from_the_session() throws Exception {
    try (SessionRig rig =
        rig(
            SessionRig.environments(
                "a",
                "echo \"openjd_unset_env: BLENDERER_SESSION\"; echo \"openjd_env:"
                    + " BLENDERER_NODE=x\"",
                ""),
            SessionRig.run("sleep 300 & echo up"))) {
      rig.session.enter(rig);
      rig.task();
      assertThat(rig.living()).isNotEmpty();
      rig.session.leave(rig, true);
      assertThat(rig.living()).isEmpty();
    }
  }

  @Test
  void variables_may_come_as_json_with_line_ends() throws Exception {
    try (SessionRig rig =
        rig(
            SessionRig.environments(
                "a", "printf \"%s\\n\" \"openjd_env: \\\"TWO=one\\\\ntwo\\\"\"", ""),
            SessionRig.run("echo \"$TWO\""))) {
      rig.all();
      assertThat(rig.lines).endsWith("one", "two");
    }
  }

  @Test
  void only_the_enter_of_an_environment_changes_variables() throws Exception {
    try (SessionRig rig = rig("", SessionRig.run("echo \"<$X>\"; echo \"openjd_env: X=1\""))) {
      rig.session.enter(rig);
      assertThat(rig.task()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.task()).isEqualTo(new ActionEnd.Succeeded());
      rig.session.leave(rig, true);
      assertThat(rig.lines).containsExactly("<>", "openjd_env: X=1", "<>", "openjd_env: X=1");
    }
  }

  @Test
  void directives_are_heard_on_both_streams() throws Exception {
    try (SessionRig rig =
        rig(
            "",
            SessionRig.run("echo \"openjd_progress: 150\" >&2; echo \"openjd_status: busy\""))) {
      rig.all();
      assertThat(rig.directives)
          .containsExactly(new Directive.Progress(100), new Directive.Status("busy"));
    }
  }

  @Test
  void malformed_changes_of_variables_end_the_action_at_once() throws Exception {
    for (String line :
        List.of(
            "openjd_env:X=1",
            "OPENJD_ENV: X=1",
            "openjd_env: 1X=1",
            "openjd_env: X",
            "openjd_unset_env: a b",
            "openjd_redacted_env: =x")) {
      try (SessionRig rig =
          rig(
              SessionRig.environments("a", "echo \"" + line + "\"; sleep 300", "echo left"),
              SessionRig.run("echo never"))) {
        assertThat(SessionRig.failure(rig.all())).as(line).startsWith("[bad-directive]");
        assertThat(rig.lines).as(line).contains("left").doesNotContain("never");
      }
    }
  }

  @Test
  void malformed_progress_and_status_are_only_output() throws Exception {
    try (SessionRig rig =
        rig(
            "",
            SessionRig.run(
                "echo \"openjd_progress: half\"; echo \"openjd_status:x\"; echo"
                    + " openjd_progress"))) {
      assertThat(rig.all()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.directives).isEmpty();
      assertThat(rig.lines).hasSize(3);
    }
  }

  @Test
  void a_secret_is_hidden_everywhere_but_set_only_where_the_template_asks_for_it()
      throws Exception {
    try (SessionRig rig =
        rig(
            SessionRig.environments(
                "a", "echo \"openjd_redacted_env: KEY=hush\"", "echo still hush"),
            SessionRig.run(
                "echo \"<$KEY> hush\" >&2; echo \"openjd_status: hush\"; echo \"openjd_fail: no"
                    + " hush\""))) {
      assertThat(SessionRig.failure(rig.all())).isEqualTo("[action-failed] no ********.");
      assertThat(rig.lines)
          .contains("openjd_redacted_env: KEY=********", "<> ********", "still ********")
          .noneMatch(line -> line.contains("hush"));
      assertThat(rig.directives).contains(new Directive.Status("********"));
    }
  }

  @Test
  void a_template_that_declares_redacted_variables_gets_them() throws Exception {
    try (SessionRig rig =
        new SessionRig(
            data,
            SessionRig.template(
                    SessionRig.environments(
                        "a",
                        "echo \"openjd_redacted_env: KEY=hush\"; echo \"openjd_redacted_env: NO"
                            + " KEY=psst\"",
                        ""),
                    SessionRig.run("[ $KEY = hush ] && echo has $KEY psst"))
                .replace("name: test", "extensions: [REDACTED_ENV_VARS]\nname: test"))) {
      assertThat(rig.all()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.lines)
          .containsExactly(
              "openjd_redacted_env: KEY=********",
              "openjd_redacted_env: ********",
              "has ******** ********");
    }
  }

  @Test
  void saying_that_it_failed_fails_an_action_whatever_its_exit_code() throws Exception {
    try (SessionRig rig = rig("", SessionRig.run("echo \"openjd_fail: no licence\""))) {
      assertThat(SessionRig.failure(rig.all())).isEqualTo("[action-failed] no licence.");
    }
  }

  @Test
  void commands_are_found_on_the_path_that_an_environment_set() throws Exception {
    Path tools = Files.createDirectory(data.resolve("tools"));
    Files.writeString(tools.resolve("greet"), "#!/bin/sh\necho hello \"$@\"\n");
    Files.setPosixFilePermissions(
        tools.resolve("greet"), PosixFilePermissions.fromString("rwx------"));
    try (SessionRig rig =
        rig(
            SessionRig.environments(
                "a", "echo \"openjd_env: PATH=" + tools + ":/usr/bin:/bin\"", ""),
            "script: {actions: {onRun: {command: greet, args: ['a b', '$HOME', '*', '']}}}\n")) {
      assertThat(rig.all()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.lines).endsWith("hello a b $HOME * ");
    }
  }

  @Test
  void a_command_that_is_not_there_is_named() throws Exception {
    try (SessionRig rig = rig("", "script: {actions: {onRun: {command: no-such-thing}}}\n")) {
      assertThat(SessionRig.failure(rig.all()))
          .isEqualTo("[command-not-found] The command 'no-such-thing' is not on this node.");
    }
  }

  @Test
  void embedded_files_are_private_and_written_anew_for_every_action() throws Exception {
    try (SessionRig rig =
        rig(
            "parameterSpace: {taskParameterDefinitions: [{name: N, type: INT, range: '1-2'}]}\n",
            """
            script:
              actions: {onRun: {command: "{{Task.File.go}}"}}
              embeddedFiles:
                - {name: go, type: TEXT, runnable: true, data: "#!/bin/sh\\ncat {{Task.File.text}}; stat -c %a $0 {{Task.File.text}} $(dirname $0)\\necho spoilt >{{Task.File.text}}\\n"}
                - {name: text, type: TEXT, filename: note.txt, data: "task {{Task.Param.N}}\\n"}
            """)) {
      rig.session.enter(rig);
      rig.task();
      rig.session.run(blenderer.model.IndexRanges.of(1), rig);
      rig.session.leave(rig, true);
      assertThat(rig.lines)
          .containsExactly("task 1", "700", "600", "700", "task 2", "700", "600", "700");
    }
  }

  @Test
  void no_link_that_an_action_laid_leads_the_node_astray() throws Exception {
    Path victim = Files.createDirectory(data.resolve("victim"));
    try (SessionRig rig =
        rig(
            "",
            """
            script:
              actions: {onRun: {command: sh, args: ["{{Task.File.go}}"]}}
              embeddedFiles:
                - {name: go, type: TEXT, data: "cd $OPENJD_SESSION_WORKING_DIR; rm -rf files; mkdir files; ln -s %s files/task"}
            """
                .formatted(victim))) {
      rig.session.enter(rig);
      assertThat(rig.task()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(SessionRig.failure(rig.task())).startsWith("[session-broken]");
      rig.session.leave(rig, true);
      assertThat(victim).isEmptyDirectory();
    }
  }

  @Test
  void a_daemon_of_an_enter_is_not_waited_for_and_serves_until_the_session_ends() throws Exception {
    try (SessionRig rig =
        rig(
            SessionRig.environments(
                "a",
                "mkfifo ask; (exec 3<>ask; while read line <&3; do echo \"daemon heard $line\";"
                    + " done) & echo up",
                "echo bye >ask; sleep 0.3"),
            SessionRig.run("echo hello >ask"))) {
      assertThat(rig.session.enter(rig)).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.task()).isEqualTo(new ActionEnd.Succeeded());
      rig.session.leave(rig, true);
      assertThat(rig.lines).contains("up", "daemon heard bye");
      assertThat(rig.living()).isEmpty();
    }
  }

  @Test
  void paths_are_mapped_for_the_parameters_of_job_and_task_but_not_in_their_raw_values()
      throws Exception {
    PathRules rules =
        new PathRules(
            List.of(
                new PathRules.Rule(PathRules.Format.POSIX, "/mnt", "/here"),
                new PathRules.Rule(PathRules.Format.WINDOWS, "z:\\show", "/show")));
    String template =
        "specificationVersion: jobtemplate-2023-09\n"
            + "name: test\n"
            + "parameterDefinitions: [{name: Scene, type: PATH}, {name: Text, type: STRING,"
            + " default: /mnt/x}]\n"
            + "steps:\n"
            + "  - name: s\n"
            + "    parameterSpace: {taskParameterDefinitions: [{name: F, type: PATH, range:"
            + " ['Z:/Show/a.exr']}]}\n"
            + "    script: {actions: {onRun: {command: sh, args: ['-c', 'printf \"%s\\n"
            + "\" \"$@\"; cat {{Session.PathMappingRulesFile}}', sh, '{{Param.Scene}}',"
            + " '{{RawParam.Scene}}', '{{Param.Text}}', '{{Task.Param.F}}', '{{Task.RawParam.F}}',"
            + " '{{Session.HasPathMappingRules}}']}}}\n";
    try (SessionRig rig =
        new SessionRig(data, template, Map.of("Scene", "/mnt/a/b.blend"), rules)) {
      rig.all();
      assertThat(rig.lines)
          .startsWith(
              "/here/a/b.blend", "/mnt/a/b.blend", "/mnt/x", "/show/a.exr", "Z:/Show/a.exr", "true")
          .last()
          .asString()
          .contains("pathmapping-1.0", "z:\\\\show");
    }
  }

  @Test
  void the_session_has_a_private_folder_and_tells_actions_where() throws Exception {
    try (SessionRig rig =
        rig(
            "",
            SessionRig.run(
                "[ \"$PWD\" = \"$OPENJD_SESSION_WORKING_DIR\" ] && stat -c %a . && [ -w"
                    + " \"$TMPDIR\" ] && echo ok"))) {
      rig.all();
      assertThat(rig.lines).containsExactly("700", "ok");
    }
  }

  @Test
  void one_session_runs_the_tasks_of_steps_one_after_the_other() throws Exception {
    String template =
        """
        specificationVersion: jobtemplate-2023-09
        name: test
        jobEnvironments:
          - {name: job, script: {actions: {onEnter: {command: echo, args: [in job]}, onExit: {command: echo, args: [out job]}}}}
        steps:
          - name: a
            stepEnvironments:
              - {name: for a, variables: {X: a}, script: {actions: {onEnter: {command: echo, args: [in a]}, onExit: {command: echo, args: [out a]}}}}
            script: {actions: {onRun: {command: sh, args: ["-c", "echo run a $X"]}}}
          - name: b
            script: {actions: {onRun: {command: sh, args: ["-c", "echo run b $X"]}}}
        """;
    try (SessionRig rig = new SessionRig(data, template)) {
      rig.session.enter(rig);
      rig.task();
      assertThat(rig.session.moveTo(rig.job.steps().get(1), rig))
          .isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.task()).isEqualTo(new ActionEnd.Succeeded());
      rig.session.leave(rig, true);
      assertThat(rig.lines)
          .containsExactly("in job", "in a", "run a a", "out a", "run b", "out job");
    }
  }
}
