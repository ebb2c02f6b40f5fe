package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of parameters that environment templates and a job template both define. */
final class ParameterMergeTest {

  private static final List<String> EXTENSIONS = List.of(Extensions.EXPR);

  private static JobTemplate job(String parameter) {
    String text =
        """
        specificationVersion: jobtemplate-2023-09
        extensions: [EXPR]
        name: job
        parameterDefinitions: [{name: P, %s}]
        jobEnvironments: [{name: Inner, variables: {A: b}}]
        steps:
          - name: one
            script: {actions: {onRun: {command: c}}}
        """
            .formatted(parameter.replaceAll("type: ([A-Za-z_\\[\\]]+)", "type: '$1'"));
    return switch (Templates.parse(text.getBytes(StandardCharsets.UTF_8), "job", EXTENSIONS)) {
      case Templates.Parsed(JobTemplate template) -> template;
      case Templates.ParsedEnvironment _ -> throw new AssertionError("this is a job");
      case Templates.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  private static EnvironmentTemplate environment(String name, String parameter) {
    String text =
        """
        specificationVersion: environment-2023-09
        extensions: [EXPR]
        parameterDefinitions: [{name: P, %s}]
        environment: {name: %s, variables: {A: b}}
        """
            .formatted(parameter.replaceAll("type: ([A-Za-z_\\[\\]]+)", "type: '$1'"), name);
    return switch (Templates.parse(text.getBytes(StandardCharsets.UTF_8), name, EXTENSIONS)) {
      case Templates.ParsedEnvironment(EnvironmentTemplate template) -> template;
      case Templates.Parsed _ -> throw new AssertionError("this is an environment");
      case Templates.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  /** The value of the only parameter, or what is wrong. */
  private static String value(Map<String, String> given, String job, String... environments) {
    List<EnvironmentTemplate> around = new ArrayList<>();
    for (String parameter : environments) {
      around.add(environment("Queue" + around.size(), parameter));
    }
    return switch (JobCreation.create(job(job), around, given)) {
      case JobCreation.Created(Job made) -> made.parameters().getFirst().value();
      case JobCreation.Refused(var errors) -> "refused: " + errors.getFirst().message();
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          type: INT, default: 3           | type: INT, default: 1                 | 3
          type: INT                       | type: INT, default: 1                 | 1
          type: INT, default: 3           | type: INT, maxValue: 2                | refused: its default '3' is more than
          type: INT, default: 3           | type: FLOAT                           | refused: it is INT in job, but FLOAT before
          type: INT, minValue: 5, default: 5 | type: INT, maxValue: 4             | refused: its smallest value 5 is more than its largest 4
          type: STRING, allowedValues: [a, b], default: b | type: STRING, allowedValues: [b, c] | b
          type: STRING, allowedValues: [a], default: a | type: STRING, allowedValues: [b] | refused: no value is allowed by all
          type: PATH, dataFlow: IN, default: a | type: PATH, dataFlow: OUT        | refused: its objectType and dataFlow in job differ
          type: LIST[INT], default: [5]   | type: LIST[INT], item: {maxValue: 4}  | refused: its default has an item at position 1
          type: LIST[INT], item: {allowedValues: [1, 2]}, default: [2] | type: LIST[INT], item: {allowedValues: [2, 3]} | [2]
          type: LIST[INT], minLength: 2, default: [1, 2] | type: LIST[INT], maxLength: 1 | refused: its smallest value 2
          type: BOOL, default: no         | type: BOOL, default: true             | false
          """)
  void definitions_are_joined_or_named(String job, String environment, String expected) {
    String value = value(Map.of(), job, environment);
    if (expected.startsWith("refused: ")) {
      assertThat(value).contains("do not go together", expected.substring("refused: ".length()));
    } else {
      assertThat(value).isEqualTo(expected);
    }
  }

  @Test
  void each_environment_narrows_what_came_before_and_the_job_comes_last() {
    String job = "type: INT, maxValue: 8";
    String first = "type: INT, minValue: 2, default: 3";
    String second = "type: INT, minValue: 4, maxValue: 9, default: 5";

    assertThat(value(Map.of(), job, first, second)).isEqualTo("5");
    assertThat(value(Map.of("P", "4"), job, first, second)).isEqualTo("4");
    assertThat(value(Map.of("P", "3"), job, first, second)).contains("smallest allowed value 4");
    assertThat(value(Map.of("P", "9"), job, first, second)).contains("largest allowed value 8");
  }

  @Test
  void external_environments_stand_around_those_of_the_job() {
    List<EnvironmentTemplate> around =
        List.of(environment("Outer", "type: INT"), environment("Middle", "type: INT"));
    JobCreation.Result result = JobCreation.create(job("type: INT, default: 1"), around, Map.of());

    assertThat(result).isInstanceOf(JobCreation.Created.class);
    if (result instanceof JobCreation.Created(Job job)) {
      assertThat(job.environments())
          .extracting(Environment::name)
          .containsExactly("Outer", "Middle", "Inner");
    }
  }

  @Test
  void an_external_environment_of_the_same_name_is_refused() {
    List<EnvironmentTemplate> around = List.of(environment("Inner", "type: INT"));

    assertThat(JobCreation.create(job("type: INT, default: 1"), around, Map.of()))
        .isInstanceOfSatisfying(
            JobCreation.Refused.class,
            refused ->
                assertThat(refused.errors().getFirst().message())
                    .contains("the environment name 'Inner' stands 2 times"));
  }
}
