package blenderer.openjd;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.IndexRanges;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates with the extension EXPR, from the text to the command line. */
final class ExpressionsInTemplatesTest {

  private static final String ANIMATION =
      """
      specificationVersion: jobtemplate-2023-09
      extensions: [EXPR, FEATURE_BUNDLE_1, TASK_CHUNKING]
      name: "{{ Param.Shot.upper() }} {{ RawParam.Scene.split('/')[-1] }}"
      parameterDefinitions:
        - {name: Scene, type: PATH, default: scenes/shot.v2.pov}
        - {name: Shot, type: STRING, default: s01}
        - {name: First, type: int, default: 1}
        - {name: Count, type: int, default: 6}
        - {name: Quality, type: FLOAT, default: "0.50"}
        - {name: Preview, type: BOOL, default: false}
        - {name: Layers, type: "LIST[STRING]", default: [beauty, "it's"]}
        - {name: Frames, type: RANGE_EXPR, default: "1-10:3"}
        - {name: Textures, type: "LIST[PATH]", default: [a/b.png]}
      jobEnvironments:
        - name: tools
          variables: {SHOT: "{{ Job.Name.lower() }}", RULES: "{{ Session.HasPathMappingRules }}"}
          script:
            let: ["mark = Env.File.start.stem + '!'"]
            embeddedFiles:
              - {name: start, type: TEXT, data: "{{ mark }} {{ repr_sh(Param.Layers) }}"}
            actions:
              onEnter: {command: sh, args: ["{{ Env.File.start }}"]}
      steps:
        - name: render
          let:
            - last = Param.First + Param.Count - 1
            - half = Param.Count // 2
          hostRequirements:
            amounts: [{name: amount.worker.vcpu, min: "{{ half }}", max: "{{ null }}"}]
            attributes:
              - {name: attr.worker.os.family, anyOf: ["{{ ['linux', 'macos'] }}"]}
          parameterSpace:
            taskParameterDefinitions:
              - name: Frame
                type: CHUNK[int]
                range: "{{ Param.First }}-{{ last }}"
                chunks: {defaultTaskCount: "{{ half }}", rangeConstraint: CONTIGUOUS}
              - {name: Scale, type: FLOAT, range: "{{ [Param.Quality, Param.Quality * 2] }}"}
              - {name: Layer, type: STRING, range: ["{{ Param.Layers }}", "{{ Step.Name }}"]}
          stepEnvironments:
            - name: inner
              variables: {LAST: "{{ last }}"}
              script:
                let: [next = last + 1]
                actions:
                  onEnter: {command: echo, args: ["{{ next }}"]}
          bash:
            let:
              - output = Param.Scene.parent / Job.Name / Param.Scene.with_number(7).name
            timeout: "{{ half * 60 }}"
            args:
              - "{{ '--fast' if Param.Preview else null }}"
              - "{{ ['--quality', Param.Quality] }}"
              - "{{ Task.Param.Frame }}"
              - "{{ len(Task.Param.Frame) }} of {{ Task.Param.Scale }}"
              - |-
                {{
                  apply_path_mapping('/from/' + Task.Param.Layer)
                }}
            script: "pov {{ repr_sh(output) }} {{ null }}{{ Param.Frames }} {{ Param.Textures }}"
      """;

  private static Object check(String text) {
    return switch (Templates.parseJob(text.getBytes(StandardCharsets.UTF_8), "test")) {
      case Templates.Parsed(JobTemplate template) -> template;
      case Templates.Refused(var errors) -> errors.stream().map(TemplateError::toString).toList();
    };
  }

  private static Job job(String text, Map<String, String> values) {
    Object template = check(text);
    assertThat(template).isInstanceOf(JobTemplate.class);
    return switch (JobCreation.create((JobTemplate) template, values)) {
      case JobCreation.Created(Job job) -> job;
      case JobCreation.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  private static Symbols session(Job job) {
    return Symbols.ofJob(
            job,
            parameter -> "/mnt/" + parameter.value(),
            path -> path.replace("/from", "/to").replace("a/b", "/t/b"))
        .withSession("/session", true, "/session/rules.json");
  }

  @Test
  void a_job_is_made_of_what_is_known_then() {
    Job job = job(ANIMATION, Map.of("Count", "8"));
    Job.Step render = job.step("render");

    assertThat(job.name()).isEqualTo("S01 shot.v2.pov");
    assertThat(render.tasks().size()).isEqualTo(8 * 2 * 3);
    assertThat(render.tasks().task(0))
        .containsEntry("Frame", "1")
        .containsEntry("Scale", "0.50")
        .containsEntry("Layer", "beauty");
    assertThat(render.tasks().task(8 * 2 * 3 - 1))
        .containsEntry("Frame", "8")
        .containsEntry("Scale", "1.0")
        .containsEntry("Layer", "render");
    assertThat(render.tasks().chunks().orElseThrow().defaultTaskCount()).isEqualTo(4);
    HostRequirements.Amount cores = render.hostRequirements().amounts().getFirst();
    assertThat(cores.min()).isEqualByComparingTo("4");
    assertThat(cores.max()).isNull();
    assertThat(render.hostRequirements().attributes().getFirst().anyOf())
        .containsExactly("linux", "macos");
    assertThat(render.script().onRun().timeout()).isEqualTo(Duration.ofMinutes(4));
  }

  @Test
  void a_session_resolves_the_rest() {
    Job job = job(ANIMATION, Map.of());
    Job.Step render = job.step("render");
    Symbols session = session(job);
    Environment tools = job.environments().getFirst();
    Environment inner = render.environments().getFirst();

    assertThat(tools.resolveVariables(session))
        .containsExactly(Map.entry("SHOT", "s01 shot.v2.pov"), Map.entry("RULES", "true"));
    assertThat(inner.resolveVariables(session)).containsExactly(Map.entry("LAST", "6"));
    Symbols inTools = session.inEnvironment(tools, Map.of("start", "/session/start.sh"));
    assertThat(tools.embeddedFiles().getFirst().resolveData(inTools))
        .isEqualTo("start! beauty 'it'\"'\"'s'");
    Symbols inInner = session.inEnvironment(inner, Map.of());
    assertThat(requireNonNull(inner.onEnter()).resolve(inInner).commandLine())
        .containsExactly("echo", "7");

    EmbeddedFile file = render.script().embeddedFiles().getFirst();
    Symbols task =
        session.inTask(
            render,
            render.tasks().chunk(IndexRanges.range(0, 2)),
            path -> path,
            Map.of(file.name(), "/session/run.sh"));
    assertThat(render.script().onRun().resolve(task).commandLine())
        .containsExactly(
            "bash", "/session/run.sh", "--quality", "0.50", "1-3", "3 of 0.50", "/to/beauty");
    assertThat(file.resolveData(task))
        .isEqualTo("pov '/mnt/scenes/S01 shot.v2.pov/shot.v7.pov' 1-10:3 [\"/t/b.png\"]");
  }

  private static String step(String rest) {
    return """
    specificationVersion: jobtemplate-2023-09
    extensions: [EXPR]
    name: job
    parameterDefinitions:
      - {name: N, type: INT, default: 2}
      - {name: S, type: STRING, default: a}
      - {name: P, type: PATH, default: a}
    steps:
      - name: one
    """
        + rest.indent(4);
  }

  private static final String RUN = "script: {actions: {onRun: {command: c}}}\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{{ Param.N + 'a' }}|'+' does not work with int and string",
        "{{ Param.N.name }}|int has no property 'name'",
        "{{ Param.Nope }}|'Param.Nope' has no meaning here",
        "{{ nope(1) }}|there is no function nope()",
        "{{ 1 if true else nope() }}|there is no function nope()",
        "{{ Param.N + }}|here stands the end",
        "{{ }}|nothing between",
        "{{ 1 / 0 }}|division by zero",
        "{{ x }}|'x' has no meaning here",
        "{{ Env.File.x }}|'Env.File.x' has no meaning here",
        "a {{ [1, 'b'] }}|a list cannot hold both int and string",
        "{{ 'a' * 100000000 }}|100000000 bytes"
      })
  void what_is_wrong_with_an_expression_is_found_when_the_template_is_checked(
      String argument, String sentence) {
    Object errors =
        check(step("script: {actions: {onRun: {command: c, args: [\"" + argument + "\"]}}}\n"));

    assertThat(errors)
        .asString()
        .contains(sentence)
        .contains("/steps/0/script/actions/onRun/args/0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "let: []",
        "let: [x]",
        "let: ['= 1']",
        "let: ['X = 1']",
        "let: ['x == 1']",
        "let: ['x = 1', 'x = 2']",
        "let: ['x = x + 1']",
        "let: ['x = 1 +']",
        "let: ['x = Param.P']",
        "let: ['x = Session.WorkingDirectory']",
        "let: ['x = Task.Param.F']",
        "let: ['x = apply_path_mapping(Param.S)']",
        "let: ['x = 1', 'y = [x for x in [1]]']",
        "stepEnvironments: [{name: e, variables: {A: '{{ 1 + Param.S }}'}}]",
        "hostRequirements: {attributes: [{name: attr.x, anyOf: ['{{ Session.WorkingDirectory"
            + " }}']}]}"
      })
  void a_step_is_refused_whose_names_do_not_do(String key) {
    assertThat(check(step(key + "\n" + RUN))).isInstanceOf(List.class);
  }

  @Test
  void inner_names_may_not_hide_outer_ones() {
    String outer = "let: ['x = 1']\n";
    String script = "script: {let: ['x = 2'], actions: {onRun: {command: c}}}\n";
    String environment =
        "stepEnvironments: [{name: e, script: {let: ['x = 2'], actions: {onEnter: {command:"
            + " c}}}}]\n";

    assertThat(check(step(outer + script))).asString().contains("already stands for something");
    assertThat(check(step(outer + environment + RUN))).asString().contains("already stands");
    assertThat(check(step(script))).isInstanceOf(JobTemplate.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "INT|{{ Param.N }}|1",
        "INT|{{ Param.N + 1 }}|1",
        "INT|{{ range(Param.N) }}|2",
        "INT|{{ [3, 1, 1] }}|3",
        "INT|{{ range_expr('1-9') }}|9",
        "INT|{{ '1-' + string(Param.N * 4) }}|8",
        "INT|{{ range_expr('1-900000000000') }}|0",
        "STRING|{{ [Param.S, 'b'] }}|2",
        "STRING|{{ [1, 2, 3] }}|3",
        "PATH|{{ [RawParam.P] }}|1",
        "FLOAT|{{ [1, 2] }}|2",
        "INT|{{ [] }}|0",
        "INT|{{ 'x' }}|0"
      })
  void a_range_may_be_an_expression(String type, String range, int tasks) {
    String text =
        step(
            "parameterSpace: {taskParameterDefinitions: [{name: V, type: "
                + type
                + ", range: \""
                + range
                + "\"}]}\n"
                + RUN);
    JobTemplate template = (JobTemplate) check(text);

    switch (JobCreation.create(template, Map.of())) {
      case JobCreation.Created(Job job) ->
          assertThat(job.steps().getFirst().tasks().size()).isEqualTo(tasks);
      case JobCreation.Refused(var errors) -> {
        assertThat(tasks).as("%s", errors).isZero();
        assertThat(errors.getFirst().path()).startsWith("/steps/0/parameterSpace");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"STRING|{{ Param.S }}", "FLOAT|{{ ['a', 1] }}", "INT|{{ ['a'] }}", "STRING|a"})
  void a_range_of_another_type_is_refused(String range) {
    String[] parts = range.split("\\|", -1);
    assertThat(
            check(
                step(
                    "parameterSpace: {taskParameterDefinitions: [{name: V, type: "
                        + parts[0]
                        + ", range: \""
                        + parts[1]
                        + "\"}]}\n"
                        + RUN)))
        .isInstanceOf(List.class);
  }

  @Test
  void fail_refuses_a_job_with_its_own_words() {
    String text =
        step("let: [\"n = Param.N if Param.N > 0 else fail('N must be positive')\"]\n" + RUN);
    JobTemplate template = (JobTemplate) check(text);

    assertThat(JobCreation.create(template, Map.of())).isInstanceOf(JobCreation.Created.class);
    assertThat(JobCreation.create(template, Map.of("N", "0")))
        .asString()
        .contains("/steps/0/let/0")
        .contains("N must be positive");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "script: {actions: {onRun: {command: c, args: ['{{ 100 / Param.N"
            + " }}']}}}|/actions/onRun/args/0",
        "script: {let: ['x = 100 // Param.N'], actions: {onRun: {command: c}}}|/script/let",
        "stepEnvironments: [{name: e, variables: {A: '{{ [1, 2][Param.N - 5] }}'}}]|/variables/A"
      })
  void what_given_values_make_impossible_is_refused_before_anything_runs(String key, String path) {
    String text = step(key + "\n" + (key.startsWith("script") ? "" : RUN));
    JobTemplate template = (JobTemplate) check(text);

    assertThat(JobCreation.create(template, Map.of("N", "5")))
        .isInstanceOf(JobCreation.Created.class);
    assertThat(JobCreation.create(template, Map.of("N", "0"))).asString().contains(path);
  }

  @Test
  void a_command_line_without_end_is_refused() {
    Job job =
        job(
            step(
                "script: {actions: {onRun: {command: c, args: [\"{{ 'a' * 3000000 }}\", \"{{ 'a' *"
                    + " 3000000 }}\"]}}}\n"),
            Map.of());
    Job.Step one = job.steps().getFirst();
    Symbols symbols = session(job).inTask(one, Map.of(), path -> path, Map.of());

    assertThatThrownBy(() -> one.script().onRun().resolve(symbols))
        .hasMessageContaining("at most 4000000 are possible");
  }

  @Test
  void very_many_expressions_share_one_budget() {
    StringBuilder args = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      args.append(i == 0 ? "" : ", ")
          .append("\"{{ sum(range(3000000 + ")
          .append(i)
          .append(")) }}\"");
    }
    Object errors = check(step("script: {actions: {onRun: {command: c, args: [" + args + "]}}}\n"));

    assertThat(errors).asString().contains("all expressions together need more than");
  }

  @Test
  void very_many_expressions_of_a_new_job_and_of_an_action_share_one_budget_too() {
    StringBuilder lets = new StringBuilder();
    StringBuilder args = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      lets.append(i == 0 ? "" : ", ").append("x").append(i).append(" = sum(range(Param.N))");
      args.append(i == 0 ? "" : ", ").append("\"{{ sum(range(Task.Param.V)) }}\"");
    }
    JobTemplate making = (JobTemplate) check(step("let: [" + lets + "]\n" + RUN));
    String acting =
        step(
            "parameterSpace: {taskParameterDefinitions: [{name: V, type: INT, range: '2000000'}]}\n"
                + "script: {actions: {onRun: {command: c, args: ["
                + args
                + "]}}}\n");
    Job job = job(acting, Map.of());
    Job.Step one = job.steps().getFirst();
    Symbols symbols = session(job).inTask(one, one.tasks().task(0), path -> path, Map.of());

    assertThat(JobCreation.create(making, Map.of("N", "2000000")))
        .asString()
        .contains("all expressions together need more than 50000000 operations");
    assertThatThrownBy(() -> one.script().onRun().resolve(symbols))
        .hasMessageContaining("all expressions together need more than 50000000 operations");
  }

  @Test
  void without_the_extension_braces_hold_names_only() {
    String text =
        step(RUN).replace("extensions: [EXPR]\n", "").replace("name: job", "name: '{{ 1 }}'");

    assertThat(check(text)).asString().contains("expressions need the extension EXPR");
    assertThat(check(step("let: [x = 1]\n" + RUN).replace("extensions: [EXPR]\n", "")))
        .asString()
        .contains("needs the extension EXPR");
  }
}
