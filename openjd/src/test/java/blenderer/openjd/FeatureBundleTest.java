package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Extension FEATURE_BUNDLE_1. */
final class FeatureBundleTest {

  private static final String HEAD =
      """
      specificationVersion: jobtemplate-2023-09
      extensions: [FEATURE_BUNDLE_1]
      name: job
      parameterDefinitions:
        - {name: Seconds, type: INT, default: 90}
        - {name: Cores, type: FLOAT, default: 2.5}
      """;

  private static final String STEP =
      """
      steps:
        - name: one
          script: {actions: {onRun: {command: c}}}
      """;

  private static Templates.JobResult parse(String text) {
    return Templates.parseJob(text.getBytes(StandardCharsets.UTF_8), "test");
  }

  private static List<String> errors(String text) {
    return switch (parse(text)) {
      case Templates.Parsed _ -> List.of();
      case Templates.Refused(var errors) ->
          errors.stream().map(e -> e.path() + ": " + e.message()).toList();
    };
  }

  private static JobCreation.Result create(String text, Map<String, String> values) {
    return switch (parse(text)) {
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

  private static List<String> creationErrors(String text, Map<String, String> values) {
    return switch (create(text, values)) {
      case JobCreation.Created _ -> List.of();
      case JobCreation.Refused(var errors) -> errors.stream().map(TemplateError::toString).toList();
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bash       | bash FILE x            | simple-action.sh
          python     | python FILE x          | simple-action.py
          node       | node FILE x            | simple-action.js
          cmd        | cmd /C FILE x          | simple-action.bat
          powershell | powershell -File FILE x | simple-action.ps1
          """)
  void a_simple_action_is_a_file_and_its_interpreter(String word, String line, String filename) {
    Job job =
        job(
            HEAD
                + """
                steps:
                  - name: one
                    %s: {script: "{{Param.Seconds}} s", args: [x], timeout: 5}
                """
                    .formatted(word),
            Map.of());

    StepScript script = job.steps().getFirst().script();
    EmbeddedFile file = script.embeddedFiles().getFirst();
    Symbols symbols =
        Symbols.ofJob(job, Job.Parameter::value, path -> path)
            .inTask(job.steps().getFirst(), Map.of(), path -> path, Map.of(file.name(), "FILE"));
    assertThat(script.onRun().resolve(symbols).commandLine()).containsExactly(line.split(" "));
    assertThat(script.onRun().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(file.filename()).isEqualTo(filename);
    assertThat(file.resolveData(symbols)).isEqualTo("90 s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {name: s}                                              | the key 'script' is missing
          {name: s, bash: {}}                                    | /bash: the key 'script' is missing
          {name: s, bash: {script: a}, python: {script: b}}      | a step has one of
          {name: s, bash: {script: a}, script: {actions: {onRun: {command: c}}}} | a step has one of
          {name: s, bash: {script: a, embeddedFiles: []}}        | 'embeddedFiles' is not known here
          {name: s, bash: {script: a, command: b}}               | 'command' is not known here
          {name: s, bash: {script: a, args: ["{{Task.File.SimpleAction}}"]}} | has no meaning here
          """)
  void a_step_runs_one_thing(String step, String error) {
    assertThat(errors(HEAD + "steps:\n  - " + step + "\n"))
        .hasSize(1)
        .first()
        .asString()
        .contains(error);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  - {name: s, bash: {script: a}}",
        "  - {name: s, script: {actions: {onRun: {command: c, timeout: '{{Param.Seconds}}'}}}}",
        "  - {name: s, script: {actions: {onRun: {command: c}}, embeddedFiles: [{name: F, type:"
            + " TEXT, data: d, endOfLine: LF}]}}",
        "  - {name: s, hostRequirements: {amounts: [{name: amount.a, min: '{{Param.Cores}}'}]},"
            + " script: {actions: {onRun: {command: c}}}}"
      })
  void without_the_extension_none_of_it_is_there(String step) {
    String text = HEAD + "steps:\n" + step + "\n";

    assertThat(errors(text)).isEmpty();
    assertThat(errors(text.replace("extensions: [FEATURE_BUNDLE_1]\n", ""))).isNotEmpty();
  }

  @Test
  void durations_and_amounts_with_references_become_numbers_when_a_job_is_made() {
    String text =
        HEAD
            + """
            jobEnvironments:
              - name: around
                script:
                  actions:
                    onEnter: {command: c, timeout: "{{Param.Seconds}}"}
                    onExit: {command: c}
            steps:
              - name: one
                hostRequirements:
                  amounts: [{name: amount.worker.vcpu, min: "{{Param.Cores}}", max: "1{{Param.Cores}}"}]
                script:
                  actions:
                    onRun:
                      command: c
                      timeout: "1{{Param.Seconds}}"
                      cancelation:
                        mode: NOTIFY_THEN_TERMINATE
                        notifyPeriodInSeconds: "{{Param.Seconds}}"
            """;
    Job job = job(text, Map.of("Seconds", "60"));

    Environment around = job.environments().getFirst();
    assertThat(around.onEnter()).extracting(Action::timeout).isEqualTo(Duration.ofSeconds(60));
    assertThat(around.onExit()).extracting(Action::timeout).isEqualTo(Duration.ofSeconds(300));
    Job.Step step = job.steps().getFirst();
    assertThat(step.script().onRun().timeout()).isEqualTo(Duration.ofSeconds(160));
    assertThat(step.script().onRun().cancelation())
        .isEqualTo(new Action.Cancelation.NotifyThenTerminate(Duration.ofSeconds(60)));
    assertThat(step.hostRequirements().amounts())
        .containsExactly(
            new HostRequirements.Amount(
                "amount.worker.vcpu", new BigDecimal("2.5"), new BigDecimal("12.5")));

    assertThat(creationErrors(text, Map.of("Seconds", "601", "Cores", "-1")))
        .containsExactly(
            "/steps/0/hostRequirements/amounts/0/min: 'min' must not be negative",
            "/steps/0/hostRequirements/amounts/0/max: '1-1' is not a finite number",
            "/steps/0/script/actions/onRun/cancelation/notifyPeriodInSeconds: '601' is not a whole"
                + " number from 1 to 600");
    assertThat(creationErrors(text, Map.of("Seconds", "0"))).hasSize(2);
  }

  @Test
  void durations_do_not_see_what_only_a_host_knows() {
    String action = "{command: c, timeout: '{{Session.WorkingDirectory}}'}";
    assertThat(
            errors(
                HEAD
                    + "jobEnvironments: [{name: e, script: {actions: {onEnter: "
                    + action
                    + "}}}]\n"
                    + STEP))
        .containsExactly(
            "/jobEnvironments/0/script/actions/onEnter/timeout: 'Session.WorkingDirectory' is only"
                + " known inside scripts and environments");
  }

  @ParameterizedTest
  @CsvSource({"AUTO,'a\\r\\nb\\n'", "LF,'a\\nb\\n'", "CRLF,'a\\r\\nb\\r\\n'"})
  void a_file_gets_the_line_ends_it_asks_for(String ends, String expected) {
    String text =
        HEAD
            + """
            steps:
              - name: one
                script:
                  actions: {onRun: {command: c}}
                  embeddedFiles: [{name: F, type: TEXT, endOfLine: %s, data: "a\\r\\nb\\n"}]
            """
                .formatted(ends);

    EmbeddedFile file = job(text, Map.of()).steps().getFirst().script().embeddedFiles().getFirst();
    assertThat(file.resolveData(Symbols.of(Map.of())))
        .isEqualTo(expected.replace("\\r", "\r").replace("\\n", "\n"));
    assertThat(errors(text.replace(ends, "CR"))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"name: job,128,512", "- name: one,64,512"})
  void names_may_be_longer(String before, int base, int bundle) {
    String text = HEAD + STEP;
    String start = before.substring(0, before.lastIndexOf(' ') + 1);

    assertThat(errors(text.replace(before, start + "x".repeat(bundle)))).isEmpty();
    assertThat(errors(text.replace(before, start + "x".repeat(bundle + 1)))).hasSize(1);
    String without = text.replace("extensions: [FEATURE_BUNDLE_1]\n", "");
    assertThat(errors(without.replace(before, start + "x".repeat(base)))).isEmpty();
    assertThat(errors(without.replace(before, start + "x".repeat(base + 1)))).hasSize(1);
  }

  @Test
  void there_may_be_two_hundred_parameters() {
    StringBuilder parameters = new StringBuilder("parameterDefinitions:\n");
    for (int i = 0; i < 200; i++) {
      parameters.append("  - {name: P").append(i).append(", type: INT}\n");
    }
    String text = HEAD.substring(0, HEAD.indexOf("parameterDefinitions")) + parameters + STEP;

    assertThat(errors(text)).isEmpty();
    assertThat(errors(text.replace("steps:", "  - {name: One, type: INT}\nsteps:"))).hasSize(1);
    assertThat(errors(text.replace("extensions: [FEATURE_BUNDLE_1]\n", ""))).hasSize(1);
  }
}
