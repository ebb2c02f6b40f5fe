package blenderer.openjd;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Templates that ask for too much are refused at once, with the limit named. Each takes about a
 * second with cold code; the bound is generous.
 */
@Timeout(value = 60, unit = SECONDS)
final class HostileTemplatesTest {

  /** Of the processor and not of the clock, which other work on a machine moves. */
  private static final Duration MOST = Duration.ofSeconds(8);

  private long start;

  @BeforeEach
  void start() {
    start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  @AfterEach
  void it_was_soon_over() {
    long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    assertThat(Duration.ofNanos(end - start)).isLessThan(MOST);
  }

  private static final String STEP =
      "steps: [{name: S, script: {actions: {onRun: {command: c}}}}]\n";

  private static final String HEAD = "specificationVersion: jobtemplate-2023-09\nname: J\n";

  private static List<String> errors(byte[] utf8) {
    return switch (Templates.parse(utf8, "hostile", Extensions.SUPPORTED)) {
      case Templates.Refused(var errors) -> errors.stream().map(TemplateError::toString).toList();
      case Templates.Parsed _, Templates.ParsedEnvironment _ -> List.of();
    };
  }

  private static List<String> errors(String text) {
    return errors(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> creationErrors(String text) {
    return switch (Templates.parseJob(text.getBytes(StandardCharsets.UTF_8), "hostile")) {
      case Templates.Refused(var errors) -> throw new AssertionError(errors);
      case Templates.Parsed(JobTemplate template) ->
          switch (JobCreation.create(template, Map.of())) {
            case JobCreation.Refused(var errors) ->
                errors.stream().map(TemplateError::toString).toList();
            case JobCreation.Created(Job job) ->
                List.of("created with " + job.steps().getFirst().tasks().size() + " tasks");
          };
    };
  }

  private static String space(String definitions, String combination) {
    return HEAD
        + "steps:\n  - name: S\n    script: {actions: {onRun: {command: c}}}\n    parameterSpace:\n"
        + (combination.isEmpty() ? "" : "      combination: \"" + combination + "\"\n")
        + "      taskParameterDefinitions: ["
        + definitions
        + "]\n";
  }

  @Test
  void ten_megabytes_of_aliases() {
    String anchor = HEAD + "description: &a x\nlist: [";
    String aliases = anchor + "*a,\n ".repeat((10 << 20) / 5) + "*a]\n" + STEP;
    String within = anchor + "*a,\n ".repeat(700_000) + "*a]\n" + STEP;

    assertThat(errors(aliases)).containsExactly("the template is longer than 4194304 bytes");
    assertThat(errors(within))
        .containsExactly("line 499999: the document has more than 500000 values");
  }

  @Test
  void aliases_of_aliases_of_aliases() {
    StringBuilder bomb = new StringBuilder(HEAD + "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 40; i++) {
      String before = "*a" + (i - 1);
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, (before + ", ").repeat(9) + before));
    }

    assertThat(errors(bomb + STEP))
        .containsExactly("line 8: the document has more than 500000 values");
  }

  @Test
  void an_alias_of_what_it_stands_in() {
    assertThat(errors(HEAD + "steps: &s [*s]\n"))
        .containsExactly("line 3: the alias '*s' names nothing before it");
  }

  @Test
  void deep_nesting_in_either_language() {
    assertThat(errors(HEAD + "description: " + "[".repeat(100_000)))
        .containsExactly("line 3: it nests deeper than 64 levels");
    assertThat(errors("{\"a\":".repeat(200_000)))
        .containsExactly("line 1: it nests deeper than 64 levels");
    StringBuilder blocks = new StringBuilder(HEAD);
    for (int i = 0; i < 500; i++) {
      blocks.append(" ".repeat(i)).append("- \n");
    }
    assertThat(errors(blocks.toString())).hasSize(1);
  }

  @Test
  void numbers_that_no_machine_holds() {
    String digits = "9".repeat(300_000);
    String parameter = HEAD + "parameterDefinitions: [{name: P, type: %s, default: %s}]\n" + STEP;

    assertThat(errors(parameter.formatted("INT", digits))).hasSize(1);
    assertThat(errors(parameter.formatted("INT", "'" + digits + "'"))).hasSize(1);
    assertThat(errors(parameter.formatted("INT", "9223372036854775808")))
        .first()
        .asString()
        .contains("does not fit in 64 bits");
    assertThat(errors(parameter.formatted("FLOAT", "1e999999999"))).hasSize(1);
    assertThat(errors(parameter.formatted("FLOAT", "1e-999999999"))).hasSize(1);
    assertThat(errors(parameter.formatted("FLOAT", "'1e999999'"))).hasSize(1);
    assertThat(errors("{\"a\": " + digits + "}")).hasSize(1);
    assertThat(errors(parameter.formatted("INT", "0x" + "f".repeat(300_000)))).hasSize(1);
  }

  @Test
  void task_spaces_beyond_counting() {
    String huge = "{name: %s, type: INT, range: \"1-4000000000000000000\"}";

    assertThat(creationErrors(space("{name: A, type: INT, range: \"1-1000000000000000\"}", "")))
        .containsExactly(
            "/steps/0/parameterSpace: the step has 1000000000000000 tasks, at most 2147483647 are"
                + " possible; shorten its ranges");
    assertThat(creationErrors(space(huge.formatted("A") + ", " + huge.formatted("B"), "")))
        .containsExactly(
            "/steps/0/parameterSpace: the step has more tasks than can be counted; shorten its"
                + " ranges");
    assertThat(creationErrors(space("{name: A, type: INT, range: \"1-2147483647\"}", "")))
        .containsExactly("created with 2147483647 tasks");
  }

  @Test
  void sixteen_lists_of_a_thousand_values() {
    StringBuilder definitions = new StringBuilder();
    String list = "[" + "v, ".repeat(1023) + "v]";
    for (int i = 0; i < 16; i++) {
      definitions.append(i == 0 ? "" : ", ").append("{name: P").append(i).append(", type: STRING,");
      definitions.append(" range: ").append(list).append("}");
    }

    assertThat(creationErrors(space(definitions.toString(), "")))
        .hasSize(1)
        .first()
        .asString()
        .contains("more tasks than can be counted");
  }

  @Test
  void ranges_of_very_many_parts() {
    StringBuilder parts = new StringBuilder("1");
    for (int i = 3; i < 30_000; i += 2) {
      parts.append(',').append(i);
    }
    StringBuilder interleaved = new StringBuilder("0-4000000000000:5000");
    for (int i = 1; i < 5000; i++) {
      interleaved.append(',').append(i).append("-4000000000000:5000");
    }

    assertThat(errors(space("{name: A, type: INT, range: \"" + parts + "\"}", "")))
        .first()
        .asString()
        .contains("more than 10000 parts");
    assertThat(errors(space("{name: A, type: INT, range: \"" + interleaved + "\"}", "")))
        .first()
        .asString()
        .contains("more than 1000 interleaved parts");
  }

  @Test
  void combinations_that_nest_too_deep() {
    String one = "{name: A, type: INT, range: \"1\"}";

    assertThat(errors(space(one, "(".repeat(600) + "A" + ")".repeat(600))))
        .first()
        .asString()
        .contains("nests deeper than 32 levels");
    assertThat(errors(space(one, "(".repeat(100_000)))).first().asString().contains("1280");
  }

  @Test
  void very_many_faults_are_told_in_part() {
    String steps = "  - {name: 1, bogus: 2}\n".repeat(10_000);

    assertThat(errors(HEAD + "steps:\n" + steps)).hasSize(200);
  }

  @Test
  void references_without_end() {
    String name = "{{" + "a.".repeat(900_000) + "a}}";
    String many = "{{Param.A}}".repeat(100_000);
    String json = "{\"specificationVersion\": \"jobtemplate-2023-09\", \"name\": \"";

    assertThat(errors(json + name + "\", \"steps\": [{}]}")).hasSizeGreaterThan(1);
    assertThat(errors(json + many + "\", \"steps\": [{}]}")).hasSizeGreaterThan(1);
  }

  @Test
  void lines_without_end() {
    assertThat(errors(HEAD + "description: '" + "x".repeat(3_000_000) + "'\n" + STEP))
        .containsExactly("line 3: the line has more than 131072 characters; break it");
    assertThat(errors(HEAD + "description: '" + "x\n ".repeat(1_000_000) + "'\n" + STEP))
        .hasSize(1);
  }

  @Test
  void a_chain_and_a_ring_of_very_many_steps() {
    StringBuilder steps = new StringBuilder("steps:\n");
    for (int i = 0; i < 3_000; i++) {
      steps.append("  - {name: S").append(i).append(", dependencies: [{dependsOn: S");
      steps.append((i + 1) % 3_000).append("}], script: {actions: {onRun: {command: c}}}}\n");
    }

    assertThat(errors(HEAD + steps)).hasSize(1).first().asString().contains("in a circle");
  }
}
