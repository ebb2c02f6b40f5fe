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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions in templates that ask for too much: refused at once, with the limit named. */
@Timeout(value = 60, unit = SECONDS)
final class HostileExpressionsTest {

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

  private static List<String> errors(String text) {
    return switch (Templates.parseJob(text.getBytes(StandardCharsets.UTF_8), "hostile")) {
      case Templates.Refused(var errors) -> errors.stream().map(TemplateError::toString).toList();
      case Templates.Parsed(JobTemplate template) ->
          switch (JobCreation.create(template, Map.of())) {
            case JobCreation.Refused(var errors) ->
                errors.stream().map(TemplateError::toString).toList();
            case JobCreation.Created _ -> List.of();
          };
    };
  }

  private static String job(String name) {
    return """
    specificationVersion: jobtemplate-2023-09
    extensions: [EXPR]
    name: "%s"
    parameterDefinitions:
      - {name: N, type: INT, default: 1000000000}
      - {name: R, type: RANGE_EXPR, default: "1-1000000000000"}
    steps: [{name: S, script: {actions: {onRun: {command: c}}}}]
    """
        .formatted(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ len('a' * 1000000000) }}",
        "{{ len('a' * Param.N) }}",
        "{{ len([0] * 1000000000) }}",
        "{{ len(list(Param.R)) }}",
        "{{ sum(Param.R) }}",
        "{{ sum(range(1000000000)) }}",
        "{{ len([i for i in range(100000000)]) }}",
        "{{ sum([sum([j for j in range(10000)]) for i in range(10000)]) }}",
        "{{ len(['x' * 100000 for i in range(100000)]) }}"
      })
  void an_expression_is_stopped_at_its_limit(String expression) {
    assertThat(errors(job(expression)))
        .hasSize(1)
        .first()
        .asString()
        .containsPattern("memory|operations|bytes");
  }

  @Test
  void powers_and_products_do_not_leave_64_bits() {
    assertThat(errors(job("{{ 2 ** 63 }}"))).hasSize(1);
    assertThat(errors(job("{{ 9 ** 9 ** 9 }}"))).hasSize(1);
    assertThat(errors(job("{{ Param.N * Param.N * Param.N }}"))).hasSize(1);
  }

  @Test
  void deep_expressions() {
    assertThat(errors(job("{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}")))
        .hasSize(1);
    assertThat(errors(job("{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}"))).hasSize(1);
    assertThat(errors(job("{{ " + "-".repeat(50_000) + "1 }}"))).hasSize(1);
    assertThat(errors(job("{{ " + "not ".repeat(20_000) + "true }}"))).hasSize(1);
    assertThat(errors(job("{{ len('x'" + ".upper()".repeat(10_000) + ") }}")))
        .hasSizeLessThanOrEqualTo(1);
    assertThat(errors(job("{{ " + "1 if true else ".repeat(6_000) + "2 }}"))).hasSize(1);
  }

  @Test
  void names_that_double_each_other() {
    StringBuilder lets = new StringBuilder("a0 = 'xxxxxxxxxx'");
    for (int i = 1; i < 50; i++) {
      lets.append("\", \"a").append(i).append(" = a").append(i - 1).append(" + a").append(i - 1);
    }
    String text = job("J").replace("{name: S, script", "{name: S, let: [\"" + lets + "\"], script");

    assertThat(errors(text)).isNotEmpty().first().asString().containsPattern("memory|bytes");
  }

  @Test
  void patterns_that_try_everything_again() {
    assertThat(errors(job("{{ re_match('" + "a".repeat(40) + "', '(a+)+b') }}")))
        .hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void very_many_costly_expressions_share_one_limit() {
    StringBuilder steps = new StringBuilder("steps:\n");
    for (int i = 0; i < 300; i++) {
      steps
          .append("  - {name: S")
          .append(i)
          .append(", script: {actions: {onRun: {command: c, args: [\"")
          .append("{{ sum([sum([j for j in range(1000)]) for i in range(900)]) }}\"]}}}}\n");
    }
    String text = job("J");

    assertThat(errors(text.substring(0, text.indexOf("steps:")) + steps))
        .isNotEmpty()
        .first()
        .asString()
        .contains("operations");
  }
}
