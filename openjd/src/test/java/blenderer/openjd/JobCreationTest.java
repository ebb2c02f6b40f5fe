package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobCreationTest {

  private static final String HEAD =
      """
      specificationVersion: jobtemplate-2023-09
      extensions: [TASK_CHUNKING]
      name: "job {{Param.S}}"
      parameterDefinitions:
        - {name: S, type: STRING, maxLength: 200, default: s}
        - {name: I, type: INT, minValue: 1, maxValue: 10, default: 3}
        - {name: F, type: FLOAT, allowedValues: [0.5, 1], default: 1.0}
        - {name: P, type: PATH, dataFlow: IN, default: in/../in}
      """;

  private static final String STEPS =
      """
      steps:
        - name: one
          script: {actions: {onRun: {command: c}}}
      """;

  private static JobTemplate template(String text) {
    return switch (Templates.parseJob(text.getBytes(StandardCharsets.UTF_8), "job.yaml")) {
      case Templates.Parsed(JobTemplate parsed) -> parsed;
      case Templates.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  private static EnvironmentTemplate environment(String parameters) {
    String text =
        """
        specificationVersion: environment-2023-09
        parameterDefinitions: [%s]
        environment: {name: Queue, variables: {A: b}}
        """
            .formatted(parameters);
    return switch (Templates.parseEnvironment(text.getBytes(StandardCharsets.UTF_8), "env.yaml")) {
      case Templates.ParsedEnvironment(EnvironmentTemplate parsed) -> parsed;
      case Templates.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  private static Job created(JobCreation.Result result) {
    return switch (result) {
      case JobCreation.Created(Job job) -> job;
      case JobCreation.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  private static List<String> errors(JobCreation.Result result) {
    return switch (result) {
      case JobCreation.Created _ -> List.of();
      case JobCreation.Refused(var errors) -> errors.stream().map(TemplateError::toString).toList();
    };
  }

  @Test
  void defaults_fill_what_was_not_given() {
    Job job = created(JobCreation.create(template(HEAD + STEPS), Map.of("I", " 7 ")));

    assertThat(job.name()).isEqualTo("job s");
    assertThat(job.parameters())
        .extracting(Job.Parameter::value)
        .containsExactly("s", "7", "1.0", "in/../in");
    assertThat(job.steps().getFirst().tasks().size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          I  | x   | /parameterValues/I: the value of the parameter 'I' does not do: 'x' is not a whole number
          I  | 1.0 | /parameterValues/I: the value of the parameter 'I' does not do: '1.0' is not a whole number
          I  | 11  | /parameterValues/I: the value of the parameter 'I' does not do: '11' is more than the largest allowed value 10
          F  | 2   | /parameterValues/F: the value of the parameter 'F' does not do: '2' is not one of the allowed values 0.5, 1
          F  | inf | /parameterValues/F: the value of the parameter 'F' does not do: 'inf' is not a finite number
          SS | 1   | /parameterValues/SS: the template has no parameter 'SS'; did you mean 'S'?
          """)
  void a_value_that_does_not_do_is_refused(String name, String value, String error) {
    assertThat(errors(JobCreation.create(template(HEAD + STEPS), Map.of(name, value))))
        .containsExactly(error);
  }

  @Test
  void all_values_are_checked_in_one_pass() {
    String head = HEAD.replace(", default: s}", "}");

    assertThat(errors(JobCreation.create(template(head + STEPS), Map.of("I", "0", "X", ""))))
        .containsExactly(
            "/parameterValues/X: the template has no parameter 'X'",
            "/parameterValues/S: the parameter 'S' has no default and needs a value",
            "/parameterValues/I: the value of the parameter 'I' does not do: '0' is less than the"
                + " smallest allowed value 1");
  }

  @Test
  void a_name_is_measured_once_it_is_known() {
    JobTemplate template = template(HEAD + STEPS);

    assertThat(errors(JobCreation.create(template, Map.of("S", "x".repeat(125)))))
        .containsExactly(
            "/name: the job's name does not do: this text has 129 characters, at most 128 are"
                + " allowed");
    assertThat(errors(JobCreation.create(template, Map.of("S", "a\nb")))).hasSize(1);
    assertThat(errors(JobCreation.create(template, Map.of("S", "x".repeat(124))))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"../other,1", "/abs,1", "C:\\x,1", "a/../../b,1", "a/../b,0", "./a,0"})
  void a_default_path_stays_in_the_templates_folder(String path, int errors) {
    JobTemplate template = template((HEAD + STEPS).replace("in/../in", path));

    assertThat(errors(JobCreation.create(template, Map.of()))).hasSize(errors);
    assertThat(errors(JobCreation.create(template, Map.of("P", path)))).isEmpty();
  }

  @Test
  void ranges_requirements_and_chunks_are_checked_with_their_values() {
    JobTemplate template =
        template(
            HEAD
                + """
                steps:
                  - name: one
                    hostRequirements:
                      attributes: [{name: attr.worker.os.family, anyOf: ["{{Param.S}}"]}]
                    parameterSpace:
                      combination: (A, B) * C
                      taskParameterDefinitions:
                        - {name: A, type: INT, range: ["{{Param.S}}", 2]}
                        - {name: B, type: INT, range: "1-{{Param.I}}"}
                        - name: C
                          type: CHUNK[INT]
                          range: "{{Param.S}}"
                          chunks: {defaultTaskCount: "{{Param.S}}", rangeConstraint: CONTIGUOUS}
                    script: {actions: {onRun: {command: c}}}
                """);

    assertThat(errors(JobCreation.create(template, Map.of("S", "1-3,2"))))
        .containsExactly(
            "/steps/0/parameterSpace/taskParameterDefinitions/0/range/0: '1-3,2' is not a whole"
                + " number",
            "/steps/0/parameterSpace/taskParameterDefinitions/2/range: the range '1-3,2' names 2"
                + " twice",
            "/steps/0/parameterSpace/taskParameterDefinitions/2/chunks/defaultTaskCount: '1-3,2' is"
                + " not a whole number from 1 to 2147483647",
            "/steps/0/hostRequirements/attributes/0/anyOf/0: '1-3,2' is not a value of letters,"
                + " digits, _ and - that starts with a letter or _ and has at most 100 characters");
    assertThat(errors(JobCreation.create(template, Map.of("S", "7"))))
        .contains(
            "/steps/0/parameterSpace/combination: the association (A, B) pairs 2 values with 3;"
                + " give equally many");
  }

  @Test
  void a_step_with_more_tasks_than_an_index_can_name_is_refused() {
    String space =
        """
            parameterSpace:
              taskParameterDefinitions:
                - {name: A, type: INT, range: "1-%s"}
                - {name: B, type: INT, range: "1-%s"}
        """;

    assertThat(
            errors(
                JobCreation.create(
                    template(HEAD + STEPS + space.formatted("65536", "65536")), Map.of())))
        .containsExactly(
            "/steps/0/parameterSpace: the step has 4294967296 tasks, at most 2147483647 are"
                + " possible; shorten its ranges");
    assertThat(
            errors(
                JobCreation.create(
                    template(HEAD + STEPS + space.formatted("9999999999", "9999999999")),
                    Map.of())))
        .containsExactly(
            "/steps/0/parameterSpace: the step has more tasks than can be counted; shorten its"
                + " ranges");
  }

  @Test
  void an_external_environment_is_outermost_and_tightens_parameters() {
    EnvironmentTemplate queue =
        environment("{name: I, type: INT, minValue: 5, default: 6}, {name: Q, type: STRING}");
    JobTemplate template = template((HEAD + STEPS).replace(", default: 3}", "}"));
    Job job = created(JobCreation.create(template, List.of(queue), Map.of("Q", "q")));

    assertThat(job.environments()).extracting(Environment::name).containsExactly("Queue");
    assertThat(job.parameters()).extracting(p -> p.name() + "=" + p.value()).contains("I=6", "Q=q");
    assertThat(errors(JobCreation.create(template, List.of(queue), Map.of("Q", "q", "I", "4"))))
        .hasSize(1);
    assertThat(
            errors(
                JobCreation.create(
                    template, List.of(environment("{name: I, type: STRING}")), Map.of())))
        .containsExactly(
            "/parameterDefinitions: the definitions of the parameter 'I' in job and environments do"
                + " not go together: it is INT in job.yaml, but STRING before");
  }
}
