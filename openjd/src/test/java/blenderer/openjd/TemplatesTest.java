package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TemplatesTest {

  private static final String STEP =
      """
      {"name": "S", "script": {"actions": {"onRun": {"command": "c"}}}}\
      """;

  private static List<String> errors(String text) {
    return errors(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Without lines, which one test alone is about. */
  private static List<String> errors(byte[] utf8) {
    return found(utf8).stream()
        .map(e -> e.path().isEmpty() ? e : new TemplateError(e.path(), 0, e.message()))
        .map(TemplateError::toString)
        .toList();
  }

  private static List<TemplateError> found(byte[] utf8) {
    return switch (Templates.parseJob(utf8, "test")) {
      case Templates.Parsed _ -> List.of();
      case Templates.Refused(var errors) -> errors;
    };
  }

  private static String job(String keys) {
    return "{\"specificationVersion\": \"jobtemplate-2023-09\", \"name\": \"J\", \"steps\": ["
        + STEP
        + "]"
        + keys
        + "}";
  }

  private static String withParameter(String parameter) {
    return job(", \"parameterDefinitions\": [{\"name\": \"P\", " + parameter + "}]");
  }

  private static String withStep(String keys) {
    return "{\"specificationVersion\": \"jobtemplate-2023-09\", \"extensions\":"
        + " [\"TASK_CHUNKING\"], \"name\": \"J\", \"steps\": ["
        + STEP.substring(0, STEP.length() - 1)
        + keys
        + "}]}";
  }

  @Test
  void all_faults_are_named_at_once_each_with_its_place_and_its_mending() {
    String text =
        """
        specificationVersion: jobtemplate-2023-09
        extensions: [TASK_CHUNKNG]
        name: "{{Param.Scene}} {{Param.Framez}}"
        parameterDefinitions:
          - {name: Scene, type: PATH, objekttype: FILE}
          - {name: Frames, type: INT, default: 5, maxValue: 3}
          - {name: Frames, type: STRNG}
        steps:
          - name: render
            dependencies: [{dependsOn: rendr}]
            parameterSpace:
              taskParameterDefinitions:
                - {name: F, type: INT, range: "1-20,15"}
            script:
              actions:
                onRun: {comand: blender, timeout: 0, args: ["{{Task.Param.G}}", 7]}
        """;

    assertThat(found(text.getBytes(StandardCharsets.UTF_8)))
        .extracting(TemplateError::toString)
        .containsExactly(
            "line 2, /extensions/0: the extension 'TASK_CHUNKNG' is not known; supported are "
                + String.join(", ", Extensions.SUPPORTED)
                + "; did you mean 'TASK_CHUNKING'?",
            "line 3, /name: 'Param.Scene' is a path, which is only known on the host that runs the"
                + " session; use RawParam here",
            "line 3, /name: 'Param.Framez' has no meaning here; did you mean 'Param.Frames'?",
            "line 5, /parameterDefinitions/0/objekttype: the key 'objekttype' is not known here;"
                + " did you mean 'objectType'?",
            "line 6, /parameterDefinitions/1/default: the default '5' is more than the largest"
                + " allowed value 3",
            "line 7, /parameterDefinitions/2/type: 'STRNG' is not one of STRING, PATH, INT, FLOAT;"
                + " did you mean 'STRING'?",
            "line 10, /steps/0/dependencies/0: there is no step 'rendr'; did you mean 'render'?",
            "line 13, /steps/0/parameterSpace/taskParameterDefinitions/0/range: the range '1-20,15'"
                + " names 15 twice",
            "line 16, /steps/0/script/actions/onRun: the key 'command' is missing",
            "line 16, /steps/0/script/actions/onRun/args/0: 'Task.Param.G' has no meaning here; did"
                + " you mean 'Task.Param.F'?",
            "line 16, /steps/0/script/actions/onRun/args/1: this is a whole number, but must be"
                + " text",
            "line 16, /steps/0/script/actions/onRun/timeout: the number 0 is less than 1",
            "line 16, /steps/0/script/actions/onRun/comand: the key 'comand' is not known here; did"
                + " you mean 'command'?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                    | the document is empty
          'a: [1'                               | line 1: expected ',' or ']', but got <stream end>
          'a: 1\\na: 2'                         | line 2: the key 'a' stands twice in the same object; remove one
          '{"a": 1, "a": 2}'                    | line 1: the key 'a' stands twice in the same object; remove one
          '- a'                                 | a template is an object with keys such as 'specificationVersion'
          'name: x'                             | the key 'specificationVersion' is missing
          'a: &x [*x]'                          | line 1: the alias '*x' names nothing before it
          'a: 1\\n---\\nb: 1'                   | there is more than one document; leave one
          'a: !!binary aGk='                    | line 1: a value of the kind 'tag:yaml.org,2002:binary' cannot be used here
          'specificationVersion: jobtemplate-1' | /specificationVersion: 'jobtemplate-1' is not 'jobtemplate-2023-09', the only version that is read here
          """)
  void what_is_no_template_is_refused_with_one_sentence(String text, String error) {
    assertThat(errors(text.replace("\\n", "\n"))).containsExactly(error);
  }

  @Test
  void hostile_documents_are_refused_and_do_no_harm() {
    String bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c < 'j'; c++) {
      String before = "*" + (char) (c - 1);
      bomb += c + ": &" + c + " [" + (before + ", ").repeat(9) + before + "]\n";
    }

    assertThat(errors(bomb)).containsExactly("line 6: the document has more than 500000 values");
    assertThat(errors("[".repeat(100_000)))
        .containsExactly("line 1: it nests deeper than 64 levels");
    assertThat(errors("{\"a\":".repeat(100_000)))
        .containsExactly("line 1: it nests deeper than 64 levels");
    assertThat(errors("a: " + "9".repeat(100_000))).hasSize(1);
    assertThat(errors(new byte[] {(byte) 0xff, 0x20}))
        .containsExactly("the template is not UTF-8 text; save it as UTF-8");
    assertThat(errors(new byte[Templates.MOST_BYTES + 1])).hasSize(1);
    assertThat(errors(job(", \"\\u001b[31m\": 1"))).allMatch(error -> !error.contains("\u001b"));
    assertThat(errors(job(", \"description\": \"{{" + "a.".repeat(500_000) + "a}}\""))).hasSize(1);
  }

  @Test
  void yaml_is_read_by_the_rules_of_1_2() {
    String text =
        """
        specificationVersion: jobtemplate-2023-09
        name: yes
        parameterDefinitions:
          - {name: P, type: INT, default: 010}
          - {name: Q, type: STRING, default: 1:30}
          - {name: R, type: FLOAT, default: 1.50}
        steps:
          - name: no
            script: {actions: {onRun: {command: on}}}
        """;
    JobTemplate template =
        switch (Templates.parseJob(text.getBytes(StandardCharsets.UTF_8), "test")) {
          case Templates.Parsed(JobTemplate parsed) -> parsed;
          case Templates.Refused(var errors) -> throw new AssertionError(errors);
        };

    assertThat(template.name()).hasToString("yes");
    assertThat(template.parameters())
        .extracting(ParameterDefinition::defaultValue)
        .containsExactly("10", "1:30", "1.50");
  }

  @Test
  void lengths_count_characters_and_not_their_encoding() {
    String name = "🎬".repeat(128);

    assertThat(errors(job("").replace("\"J\"", "\"" + name + "\""))).isEmpty();
    assertThat(errors(job("").replace("\"J\"", "\"" + name + "x\"")))
        .containsExactly("/name: this text has 129 characters, at most 128 are allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"type\": \"STRING\", \"minLength\": 2, \"default\": \"a\"",
        "\"type\": \"STRING\", \"default\": 5",
        "\"type\": \"STRING\", \"allowedValues\": []",
        "\"type\": \"STRING\", \"allowedValues\": [\"a\"], \"default\": \"b\"",
        "\"type\": \"STRING\", \"minValue\": 1",
        "\"type\": \"INT\", \"default\": true",
        "\"type\": \"INT\", \"default\": 1.0",
        "\"type\": \"INT\", \"default\": 9223372036854775808",
        "\"type\": \"INT\", \"minValue\": 3, \"maxValue\": 2",
        "\"type\": \"FLOAT\", \"default\": \"nan\"",
        "\"type\": \"FLOAT\", \"default\": 1e309",
        "\"type\": \"FLOAT\", \"default\": null",
        "\"type\": \"PATH\", \"dataFlow\": \"in\"",
        "\"type\": \"BOOL\"",
        "\"type\": \"string\"",
        "\"type\": \"INT\", \"userInterface\": {\"control\": \"LINE_EDIT\"}",
        "\"type\": \"STRING\", \"userInterface\": {\"control\": \"DROPDOWN_LIST\"}"
      })
  void a_definition_that_contradicts_itself_is_refused(String parameter) {
    assertThat(errors(withParameter(parameter))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"type\": \"STRING\", \"default\": \"\"",
        "\"type\": \"INT\", \"default\": \" 12 \", \"allowedValues\": [12]",
        "\"type\": \"FLOAT\", \"default\": \"1e-3\", \"minValue\": 0.001",
        "\"type\": \"PATH\", \"default\": \"a/b\", \"objectType\": \"FILE\", \"dataFlow\":"
            + " \"INOUT\"",
        "\"type\": \"STRING\", \"allowedValues\": [\"Yes\", \"no\"],"
            + " \"userInterface\": {\"control\": \"CHECK_BOX\"}"
      })
  void a_sound_definition_is_taken(String parameter) {
    assertThat(errors(withParameter(parameter))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "A*B"      | "INT" |
          "(A, B)"   | "INT" |
          "A"        | "INT" | the combination leaves out 'B'; add it
          "A * A"    | "INT" | the combination names 'A' twice; remove one
          "A * C"    | "INT" | the combination names 'C', which is no task parameter of this step
          "(A * B)"  | "INT" | has parentheses around one term
          "A B"      | "INT" | has 'B' where '*' or the end should be
          "A * "     | "INT" | ends where a task parameter's name should be
          "((A, B)"  | "INT" | lacks a ')'
          "(A, B)"   | "CHUNK[INT]", "chunks": {"defaultTaskCount": 1, "rangeConstraint": "CONTIGUOUS"} | the CHUNK[INT] parameter 'B' stands inside an association; move it out
          """)
  void a_combination_names_every_parameter_once(String combination, String type, String error) {
    String first = "{\"name\": \"A\", \"type\": \"INT\", \"range\": \"1-2\"}";
    String second = "{\"name\": \"B\", \"range\": \"1-2\", \"type\": " + type + "}";
    String definitions = "\"taskParameterDefinitions\": [" + first + ", " + second + "]";
    List<String> errors =
        errors(
            withStep(
                ", \"parameterSpace\": {\"combination\": "
                    + combination
                    + ", "
                    + definitions
                    + "}"));

    if (error == null) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).anyMatch(one -> one.contains(error));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"amounts": [{"name": "amount.worker.memory", "min": 1024}]}          |
          {"attributes": [{"name": "attr.worker.os.family", "anyOf": ["Linux"]}]} |
          {"amounts": [{"name": "acme:amount.licence", "min": 1}]}              |
          {}                                                                    | host requirements need 'amounts' or 'attributes'
          {"amounts": [{"name": "amount.worker.ram", "min": 1}]}                | is not one of the standard capabilities
          {"amounts": [{"name": "amount.a"}]}                                   | an amount needs 'min' or 'max'
          {"amounts": [{"name": "amount.a", "min": 2, "max": 1}]}               | 'min' 2 is more than 'max' 1
          {"attributes": [{"name": "attr.worker.cpu.arch", "anyOf": ["mips"]}]} | 'mips' is not one of x86_64, arm64
          {"attributes": [{"name": "attr.worker.os.family", "allOf": ["linux", "macos"]}]} | so 'allOf' cannot name two
          {"amounts": [{"name": "amount.a", "min": 1}, {"name": "AMOUNT.A", "min": 1}]} | the capability 'AMOUNT.A' stands twice; remove one
          """)
  void host_requirements_name_what_hosts_have(String requirements, String error) {
    List<String> errors = errors(withStep(", \"hostRequirements\": " + requirements));

    if (error == null) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).hasSize(1).allMatch(one -> one.contains(error));
    }
  }

  @Test
  void steps_that_wait_for_each_other_are_named() {
    String step =
        "{\"name\": \"%s\", \"dependencies\": [{\"dependsOn\": \"%s\"}], \"script\": {\"actions\":"
            + " {\"onRun\": {\"command\": \"c\"}}}}";
    String text =
        job("")
            .replace(STEP, STEP + "," + step.formatted("A", "B") + "," + step.formatted("B", "A"));

    assertThat(errors(text))
        .containsExactly(
            "/steps: the steps A, B wait for each other in a circle; remove one of their"
                + " dependencies");
  }

  @Test
  void symbols_are_seen_in_their_own_script_only() {
    String script =
        """
        , "stepEnvironments": [{"name": "E", "script": {"actions": {"onEnter": {"command":
        "{{Env.File.F}} {{Session.WorkingDirectory}}"}}, "embeddedFiles": [
        {"name": "F", "type": "TEXT", "data": "{{Task.File.F}}"}]}}],
        "hostRequirements": {"attributes": [{"name": "attr.x", "anyOf": ["{{Session.WorkingDirectory}}"]}]}
        """;

    assertThat(errors(withStep(script)))
        .containsExactly(
            "/steps/0/stepEnvironments/0/script/embeddedFiles/0/data: 'Task.File.F' has no meaning"
                + " here",
            "/steps/0/hostRequirements/attributes/0/anyOf/0: 'Session.WorkingDirectory' is only"
                + " known inside scripts and environments");
  }
}
