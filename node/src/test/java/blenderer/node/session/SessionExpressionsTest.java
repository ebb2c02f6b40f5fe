package blenderer.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the extension EXPR means in a session. */
@Timeout(60)
class SessionExpressionsTest {

  @TempDir Path data;

  private SessionRig rig(String body, Map<String, String> values, PathRules rules)
      throws Exception {
    return new SessionRig(
        data,
        "specificationVersion: jobtemplate-2023-09\nextensions: [EXPR]\nname: shot\n" + body,
        values,
        rules);
  }

  private SessionRig rig(String body) throws Exception {
    return rig(body, Map.of(), PathRules.NONE);
  }

  /** Prints each argument in angle brackets. */
  private static final String PRINT = "command: sh, args: [-c, 'printf \"<%s>\" \"$@\"; echo', sh";

  @Test
  void an_argument_that_is_null_is_dropped_and_a_list_becomes_several() throws Exception {
    try (SessionRig rig =
        rig(
            """
            parameterDefinitions:
              - {name: Quiet, type: BOOL, default: false}
              - {name: Files, type: "LIST[STRING]", default: [a b, c]}
            steps:
              - name: s
                script: {actions: {onRun: {%s, "{{ '-q' if Param.Quiet else null }}", "{{Param.Files}}", "[{{Param.Files[1]}}]", "{{ [] }}", ""]}}}
            """
                .formatted(PRINT))) {
      assertThat(rig.all()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.lines).containsExactly("<a b><c><[c]><>");
    }
  }

  @Test
  void names_of_steps_scripts_and_environments_see_what_is_known_where_they_stand()
      throws Exception {
    try (SessionRig rig =
        rig(
            """
            parameterDefinitions: [{name: Out, type: PATH}]
            steps:
              - name: render
                let: ["first = 20"]
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "{{first}}-{{first + 1}}"}]}
                stepEnvironments:
                  - name: around
                    script:
                      let: ["note = Env.File.text", "sum = first + 2"]
                      actions: {onEnter: {command: sh, args: [-c, "cat {{note}}; echo ' openjd'"]}}
                      embeddedFiles: [{name: text, type: TEXT, data: "sum {{sum}}"}]
                script:
                  let: ["next = Task.Param.Frame + 1", "file = Param.Out / string(next) + '.exr'", "mine = Task.File.text.name"]
                  actions: {onRun: {command: sh, args: [-c, "echo '{{file}} {{mine}}'; cat {{Task.File.text}}"]}}
                  embeddedFiles: [{name: text, type: TEXT, filename: note.txt, data: "{{Job.Name}} {{Step.Name}} {{next}}\\n"}]
            """,
            Map.of("Out", "/renders"),
            PathRules.NONE)) {
      assertThat(rig.all()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.lines)
          .containsExactly("sum 22 openjd", "/renders/21.exr note.txt", "shot render 21");
    }
  }

  @Test
  void paths_are_mapped_for_lists_too_and_wherever_the_template_asks_for_it() throws Exception {
    PathRules rules =
        new PathRules(List.of(new PathRules.Rule(PathRules.Format.POSIX, "/mnt", "/here")));
    try (SessionRig rig =
        rig(
            """
            parameterDefinitions: [{name: Paths, type: "LIST[PATH]"}]
            steps:
              - name: s
                script: {actions: {onRun: {%s, "{{Param.Paths}}", "{{RawParam.Paths[0]}}", "{{ apply_path_mapping('/mnt/x').parent }}", "{{ 'yes' if Session.HasPathMappingRules else 'no' }}"]}}}
            """
                .formatted(PRINT),
            Map.of("Paths", "[\"/mnt/a\", \"/other/b\"]"),
            rules)) {
      assertThat(rig.all()).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.lines).containsExactly("</here/a></other/b></mnt/a></here><yes>");
    }
  }

  @Test
  void an_expression_that_fails_on_the_host_fails_the_action_before_it_starts() throws Exception {
    try (SessionRig rig =
        rig(
            """
            steps:
              - name: s
                parameterSpace: {taskParameterDefinitions: [{name: N, type: INT, range: "0-1"}]}
                stepEnvironments:
                  - {name: around, script: {actions: {onEnter: {command: echo, args: [in]}, onExit: {command: echo, args: [out]}}}}
                script: {actions: {onRun: {command: echo, args: ["{{ 1 // Task.Param.N }}"]}}}
            """)) {
      assertThat(SessionRig.failure(rig.all())).startsWith("[template-unresolved]");
      assertThat(rig.lines).containsExactly("in", "out");
    }
  }
}
