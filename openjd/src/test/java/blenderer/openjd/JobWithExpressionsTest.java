package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the expressions of a template: some when a job is made, the rest at a host. */
final class JobWithExpressionsTest {

  private static final String TEMPLATE =
      """
      specificationVersion: jobtemplate-2023-09
      extensions: [EXPR, FEATURE_BUNDLE_1]
      name: "{{ Param.Title.upper() }} {{ Param.First + 1 }}"
      parameterDefinitions:
        - {name: Title, type: string, default: shot}
        - {name: First, type: int, default: 1}
        - {name: Count, type: int, default: 10}
        - {name: Gpu, type: bool, default: false}
        - {name: Out, type: path, default: out}
        - {name: Cameras, type: "list[string]", default: [main, top]}
        - {name: Frames, type: range_expr, default: "1-3"}
        - {name: Quality, type: float, default: "0.50"}
      jobEnvironments:
        - name: E
          variables: {TITLE: "{{Job.Name}}"}
          script:
            let: ["folder = Session.WorkingDirectory / Param.Title"]
            actions: {onEnter: {command: mkdir, args: ["{{folder}}"], timeout: "{{ null }}"}}
      steps:
        - name: Render
          let: ["last = Param.First + Param.Count - 1", "label = Step.Name + '/' + Job.Name"]
          hostRequirements:
            amounts:
              - {name: amount.worker.gpu, min: "{{ 1 if Param.Gpu else null }}", max: 8}
            attributes:
              - {name: attr.site, anyOf: ["{{ Param.Cameras }}", z]}
          parameterSpace:
            taskParameterDefinitions:
              - {name: Frame, type: int, range: "{{Param.First}}-{{last}}"}
              - {name: Camera, type: string, range: "{{Param.Cameras}}"}
              - {name: Again, type: int, range: "{{Param.Frames}}"}
              - {name: Factor, type: float, range: "{{ [Param.Quality, Param.First * 2.5] }}"}
              - {name: Square, type: int, range: "{{ [n ** 2 for n in list(Param.Frames)] }}"}
          script:
            let: ["image = Param.Out / (Task.Param.Camera + '.png')"]
            actions:
              onRun:
                command: "{{Task.File.Run}}"
                timeout: "{{ Param.Count * 60 }}"
                args:
                  - "{{image}}"
                  - "{{ '--gpu' if Param.Gpu else null }}"
                  - "{{ ['-f', string(Task.Param.Frame + 1)] }}"
                  - "{{label}} {{Param.Quality}} {{Param.Cameras}}"
            embeddedFiles: [{name: Run, type: TEXT, data: "echo {{ repr_sh(label) }}"}]
      """;

  private static JobCreation.Result create(String text, Map<String, String> values) {
    return switch (Templates.parseJob(text.getBytes(StandardCharsets.UTF_8), "test")) {
      case Templates.Parsed(JobTemplate template) -> JobCreation.create(template, values);
      case Templates.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  private static Job job(String text, Map<String, String> values) {
    return switch (create(text, values)) {
      case JobCreation.Created(Job job) -> job;
      case JobCreation.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  private static String error(String text, Map<String, String> values) {
    return switch (create(text, values)) {
      case JobCreation.Created _ -> "";
      case JobCreation.Refused(var errors) -> errors.getFirst().toString();
    };
  }

  private static Symbols session(Job job) {
    return Symbols.ofJob(job, p -> "/host/" + p.value(), UnaryOperator.identity())
        .withSession("/session", false, "/session/rules.json");
  }

  @Test
  void what_needs_no_host_is_known_when_a_job_is_made() {
    Job job = job(TEMPLATE, Map.of());
    Job.Step step = job.steps().getFirst();

    assertThat(job.name()).isEqualTo("SHOT 2");
    assertThat(step.tasks().size()).isEqualTo(10 * 2 * 3 * 2 * 3);
    assertThat(step.tasks().task(359))
        .containsEntry("Frame", "10")
        .containsEntry("Camera", "top")
        .containsEntry("Again", "3")
        .containsEntry("Factor", "2.5")
        .containsEntry("Square", "9");
    assertThat(step.tasks().task(0)).containsEntry("Factor", "0.50");
    assertThat(step.script().onRun().timeout()).isEqualTo(Duration.ofSeconds(600));
    assertThat(job.environments().getFirst().onEnter()).extracting(Action::timeout).isNull();
  }

  @Test
  void null_leaves_a_bound_out_and_a_list_gives_several_values() {
    HostRequirements without = job(TEMPLATE, Map.of()).steps().getFirst().hostRequirements();
    HostRequirements with =
        job(TEMPLATE, Map.of("Gpu", "yes")).steps().getFirst().hostRequirements();

    assertThat(without.amounts())
        .containsExactly(
            new HostRequirements.Amount("amount.worker.gpu", null, BigDecimal.valueOf(8)));
    assertThat(with.amounts().getFirst().min()).isEqualByComparingTo("1");
    assertThat(with.attributes().getFirst().anyOf()).containsExactly("main", "top", "z");
  }

  @Test
  void the_rest_is_known_at_the_host() {
    Job job = job(TEMPLATE, Map.of("Gpu", "true"));
    Job.Step step = job.steps().getFirst();
    Symbols symbols =
        session(job)
            .inTask(step, step.tasks().task(0), UnaryOperator.identity(), Map.of("Run", "/f/run"));

    assertThat(step.script().onRun().resolve(symbols).commandLine())
        .containsExactly(
            "/f/run",
            "/host/out/main.png",
            "--gpu",
            "-f",
            "2",
            "Render/SHOT 2 0.50 [\"main\", \"top\"]");
    assertThat(step.script().embeddedFiles().getFirst().resolveData(symbols))
        .isEqualTo("echo 'Render/SHOT 2'");
  }

  @Test
  void an_argument_that_is_null_is_left_out() {
    Job job = job(TEMPLATE, Map.of());
    Job.Step step = job.steps().getFirst();
    Symbols symbols =
        session(job)
            .inTask(step, step.tasks().task(0), UnaryOperator.identity(), Map.of("Run", "/f/run"));

    assertThat(step.script().onRun().resolve(symbols).commandLine()).doesNotContain("--gpu");
  }

  @Test
  void an_environment_sees_the_job_and_its_own_names() {
    Job job = job(TEMPLATE, Map.of());
    Environment environment = job.environments().getFirst();
    Symbols symbols = session(job).inEnvironment(environment, Map.of());

    assertThat(environment.resolveVariables(symbols)).containsEntry("TITLE", "SHOT 2");
    Action enter = environment.onEnter();
    assertThat(enter == null ? List.of() : enter.resolve(symbols).commandLine())
        .containsExactly("mkdir", "/session/shot");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          Count  | 0            | /steps/0/
          Frames | 1-2000000    | /steps/0/parameterSpace/taskParameterDefinitions/4/range
          Cameras | []          | /steps/0/parameterSpace/taskParameterDefinitions/1/range
          Cameras | ["a b"]     | /steps/0/hostRequirements/attributes/0/anyOf/0
          First  | 9223372036854775807 | /name
          Title  | `a\tb`       | /name
          """)
  void values_that_do_not_do_are_named_with_their_place(String name, String value, String path) {
    assertThat(error(TEMPLATE, Map.of(name, value.replace("\\t", "\t")))).startsWith(path);
  }

  @Test
  void a_list_of_very_many_values_is_bounded_as_a_list_in_the_template_is() {
    String text =
        TEMPLATE.replace("[n ** 2 for n in list(Param.Frames)]", "range(Param.Count * 103)");

    assertThat(error(text, Map.of())).contains("1030", "1024");
    assertThat(error(text, Map.of("Count", "9"))).isEmpty();
  }

  @Test
  void numbers_come_out_of_numbers_of_any_kind() {
    String text = TEMPLATE.replace("{{ Param.Count * 60 }}", "{{ Param.Count * 6.0 }}");

    assertThat(job(text, Map.of()).steps().getFirst().script().onRun().timeout())
        .isEqualTo(Duration.ofSeconds(60));
    assertThat(error(text.replace("6.0", "6.25"), Map.of()))
        .startsWith("/steps/0/script/actions/onRun/timeout");
  }

  @Test
  void requirements_that_come_out_as_nothing_ask_for_nothing_or_are_named() {
    String none = TEMPLATE.replace(" max: 8}", " max: '{{ null }}'}");
    String empty = TEMPLATE.replace("[\"{{ Param.Cameras }}\", z]", "[\"{{ null }}\"]");

    assertThat(job(none, Map.of()).steps().getFirst().hostRequirements().amounts()).isEmpty();
    assertThat(error(empty, Map.of()))
        .isEqualTo(
            "/steps/0/hostRequirements/attributes/0/anyOf: the list came out empty; it needs at"
                + " least one value");
  }
}
