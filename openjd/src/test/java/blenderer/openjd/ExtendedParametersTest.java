package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameter types of the extension EXPR. */
final class ExtendedParametersTest {

  private static String job(String parameter) {
    return """
    specificationVersion: jobtemplate-2023-09
    extensions: [EXPR]
    name: job
    parameterDefinitions:
      - {name: P, %s}
    steps:
      - name: one
        script: {actions: {onRun: {command: c}}}
    """
        .formatted(parameter.replaceAll("type: ([A-Za-z_\\[\\]]+)", "type: '$1'"));
  }

  private static Templates.Result parse(String text) {
    return Templates.parse(
        text.getBytes(StandardCharsets.UTF_8), "job.yaml", List.of(Extensions.EXPR));
  }

  private static JobTemplate template(String text) {
    return switch (parse(text)) {
      case Templates.Parsed(JobTemplate template) -> template;
      case Templates.ParsedEnvironment _ -> throw new AssertionError("this is a job");
      case Templates.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  private static List<String> errors(String text) {
    return switch (parse(text)) {
      case Templates.Refused(var errors) ->
          errors.stream().map(e -> e.path() + ": " + e.message()).toList();
      default -> List.of();
    };
  }

  private static String value(String parameter, Map<String, String> given) {
    return switch (JobCreation.create(template(job(parameter)), given)) {
      case JobCreation.Created(Job job) -> job.parameters().getFirst().value();
      case JobCreation.Refused(var errors) -> "refused: " + errors.getFirst().message();
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type: BOOL, default: true",
        "type: bool, default: 'Off'",
        "type: BOOL, default: 1.0, userInterface: {control: CHECK_BOX}",
        "type: RANGE_EXPR, default: '1-10:3,20', minLength: 1, userInterface: {control: LINE_EDIT}",
        "type: LIST[STRING], default: [], maxLength: 0",
        "type: List[String], minLength: 1, item: {allowedValues: [a, b], maxLength: 1}, default:"
            + " [a]",
        "type: LIST[PATH], objectType: FILE, dataFlow: OUT, default: [a/b], userInterface:"
            + " {control: CHOOSE_OUTPUT_FILE_LIST, fileFilters: [{label: All, patterns: ['*']}]}",
        "type: LIST[INT], item: {minValue: 0, maxValue: 9}, default: [1, '2'], userInterface:"
            + " {control: SPIN_BOX_LIST, singleStepDelta: 2}",
        "type: LIST[FLOAT], item: {allowedValues: [0.5, 1]}, default: [1.0], userInterface:"
            + " {decimals: 2}",
        "type: LIST[BOOL], default: [true, 'no', 1], userInterface: {control: CHECK_BOX_LIST}",
        "type: LIST[LIST[INT]], item: {minLength: 1, item: {maxValue: 5}}, default: [[1], [2,"
            + " 5]], userInterface: {control: HIDDEN}",
        "type: float, default: 1.5"
      })
  void a_sound_definition_is_taken(String parameter) {
    assertThat(errors(job(parameter))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          type: BOOL, default: 2                       | /default: this is no truth value
          type: BOOL, default: maybe                   | /default: this is no truth value
          type: BOOL, allowedValues: [true]            | 'allowedValues' is not known here
          type: BOOL, userInterface: {control: HIDEN}  | did you mean 'HIDDEN'
          type: RANGE_EXPR, default: 1-                | the range '1-' has the part
          type: RANGE_EXPR, default: ''                | the range is empty
          type: RANGE_EXPR, minLength: 0               | the number 0 is less than 1
          type: RANGE_EXPR, default: 1-9223372036854775808 | which is too large
          type: LIST[INT], default: 5                  | this is a whole number, but must be a list
          type: LIST[INT], default: [1, a]             | /default/1: 'a' is not a whole number
          type: LIST[INT], default: [9223372036854775808] | does not fit in 64 bits
          type: LIST[INT], default: [1], minLength: 2  | has 1 items, at least 2 are needed
          type: LIST[INT], minLength: 3, maxLength: 2  | no value can keep to both
          type: LIST[INT], item: {maxValue: 5}, default: [1, 6] | has an item at position 2
          type: LIST[INT], allowedValues: [[1]]        | 'allowedValues' is not known here
          type: LIST[STRING], item: {minLength: 2}, default: [a] | at least 2 are needed
          type: LIST[STRING], item: {minValue: 2}      | 'minValue' is not known here
          type: LIST[BOOL], item: {}                   | 'item' is not known here
          type: LIST[PATH], userInterface: {control: LINE_EDIT_LIST} | is not one of CHOOSE_INPUT
          type: LIST[LIST[INT]], default: [1]      | /default/0: this is a whole number, but must be a list
          type: LIST[LIST[INT]], item: {item: {maxValue: 5}}, default: [[1], [2, 99]] | position 2
          type: LIST[LIST[LIST[INT]]]                  | is not one of STRING
          """)
  void a_definition_that_contradicts_itself_is_refused(String parameter, String error) {
    assertThat(errors(job(parameter))).hasSize(1).first().asString().contains(error);
  }

  @Test
  void without_the_extension_the_types_are_not_there_and_it_is_named() {
    String text = job("type: bool").replace("extensions: [EXPR]\n", "");

    assertThat(errors(text)).hasSize(1).first().asString().contains("add EXPR to 'extensions'");
    assertThat(errors(job("type: int").replace("extensions: [EXPR]\n", ""))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          type: BOOL             | YES             | true
          type: BOOL             | 0               | false
          type: BOOL             | perhaps         | refused: the value of the parameter 'P' does not do: this is no truth value; write true or false
          type: RANGE_EXPR       | 1 - 3           | 1 - 3
          type: RANGE_EXPR, maxLength: 3 | 1-10    | refused: the value of the parameter 'P' does not do: '1-10' has 4 characters, at most 3 are allowed
          type: LIST[INT]        | [1,"02", -3]    | [1, 2, -3]
          type: LIST[FLOAT]      | [1.50, "1e3"]   | [1.50, 1e3]
          type: LIST[STRING]     | ["a \\" b"]     | ["a \\" b"]
          type: LIST[BOOL]       | [true, "off"]   | [true, false]
          type: LIST[LIST[INT]]  | [[1],[]]        | [[1], []]
          type: LIST[INT]        | 1,2             | refused: the value of the parameter 'P' does not do: a list is written in JSON, such as [1, 2]; this is not: there is something after the end of the document
          type: LIST[INT], item: {minValue: 2} | [1] | refused: the value of the parameter 'P' does not do: has an item at position 1 that does not do: '1' is less than the smallest allowed value 2
          """)
  void values_given_as_text_are_read_by_their_type(String type, String given, String expected) {
    assertThat(value(type, Map.of("P", given))).isEqualTo(expected);
  }

  @Test
  void paths_are_joined_with_the_folder_they_are_relative_to() {
    ParameterPaths paths = new ParameterPaths("/template", "/work/here", true);
    List<ParameterDefinition> one = template(job("type: PATH, default: a/../b")).parameters();
    List<ParameterDefinition> many =
        template(job("type: LIST[PATH], default: [a, 's3://x/y']")).parameters();

    assertThat(paths.join(one, Map.of())).containsEntry("P", "/template/b");
    assertThat(paths.join(one, Map.of("P", "../c"))).containsEntry("P", "/work/c");
    assertThat(paths.join(one, Map.of("P", "/c"))).containsEntry("P", "/c");
    assertThat(paths.join(one, Map.of("P", "C:\\c"))).containsEntry("P", "C:\\c");
    assertThat(paths.join(one, Map.of("P", ""))).containsEntry("P", "");
    assertThat(paths.join(many, Map.of())).containsEntry("P", "[\"/template/a\", \"s3://x/y\"]");
    assertThat(paths.join(template(job("type: PATH, default: ../x")).parameters(), Map.of()))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/x", "a/../../x", "C:/x"})
  void a_default_that_leaves_the_template_s_folder_is_refused(String path) {
    assertThat(value("type: PATH, default: '" + path + "'", Map.of())).contains("leaves");
    assertThat(value("type: LIST[PATH], default: [ok, '" + path + "']", Map.of()))
        .contains("leaves");
    assertThat(value("type: PATH, default: 's3://x/y'", Map.of())).isEqualTo("s3://x/y");
  }
}
