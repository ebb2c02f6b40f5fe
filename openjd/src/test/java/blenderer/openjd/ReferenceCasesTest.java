package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.openjd.expr.Evaluation;
import blenderer.openjd.expr.Expression;
import blenderer.openjd.expr.ExpressionError;
import blenderer.openjd.range.RangeExpression;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures this module against cases kept outside the repository: {@code -Dopenjd.cases=FOLDER}
 * names a folder with {@code templates.jsonl} ({@code id, kind, valid, extensions, template}),
 * {@code range-cases.jsonl} ({@code range, valid}) and {@code expr-cases.jsonl} ({@code expr} with
 * {@code display} or {@code error}).
 */
@EnabledIfSystemProperty(named = "openjd.cases", matches = ".+")
final class ReferenceCasesTest {

  private static final Path FOLDER = Path.of(System.getProperty("openjd.cases", "."));
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Verdicts that the specification contradicts; docs/openjd.md says with which sentence. */
  private static final Set<String> CONTRADICTIONS =
      Set.of("rs:test_parameter_space.rs::float_format_string");

  @Test
  void templates_get_the_verdict_of_the_reference() throws IOException {
    Map<String, Integer> all = new TreeMap<>();
    Map<String, Integer> right = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve("templates.jsonl"))) {
      // The template stays as it is written: NaN and 1e309 would not survive a parser.
      int cut = line.indexOf("\"template\": ");
      byte[] utf8 =
          line.substring(cut + "\"template\": ".length(), line.length() - 1)
              .getBytes(StandardCharsets.UTF_8);
      JsonNode node = JSON.readTree(line.substring(0, cut) + "\"\":0}");
      String group = node.get("extensions").isEmpty() ? "base" : "with extensions";
      all.merge(group, 1, Integer::sum);
      List<TemplateError> errors = errors(node.get("kind").asText(), utf8);
      if (errors.isEmpty() == node.get("valid").asBoolean()) {
        right.merge(group, 1, Integer::sum);
      } else if (!CONTRADICTIONS.contains(node.get("id").asText())) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        wrong.add(
            node.get("id").asText()
                + " should be "
                + (node.get("valid").asBoolean() ? "valid" : "refused")
                + " "
                + errors
                + "\n    "
                + text.substring(0, Math.min(600, text.length())));
      }
    }
    all.forEach(
        (group, count) ->
            System.out.println("templates, " + group + ": " + right.get(group) + " of " + count));
    assertThat(wrong).isEmpty();
  }

  private static List<TemplateError> errors(String kind, byte[] utf8) {
    if (kind.equals("env")) {
      return switch (Templates.parseEnvironment(utf8, "case")) {
        case Templates.ParsedEnvironment _ -> List.of();
        case Templates.Refused(var errors) -> errors;
      };
    }
    return switch (Templates.parseJob(utf8, "case")) {
      case Templates.Parsed _ -> List.of();
      case Templates.Refused(var errors) -> errors;
    };
  }

  @Test
  void ranges_get_the_verdict_of_the_reference() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve("range-cases.jsonl"))) {
      JsonNode node = JSON.readTree(line);
      boolean valid = true;
      try {
        RangeExpression.parse(node.get("range").asText().replace("\\t", "\t"));
      } catch (IllegalArgumentException e) {
        valid = false;
      }
      if (valid != node.get("valid").asBoolean()) {
        wrong.add(line);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void expressions_get_the_values_of_the_reference() throws IOException {
    int all = 0;
    List<String> wrong = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve("expr-cases.jsonl"))) {
      JsonNode node = JSON.readTree(line);
      String wanted = node.has("error") ? null : node.get("display").asText();
      String given;
      try {
        given =
            Expression.parse(node.get("expr").asText())
                .evaluate(Map.of(), Evaluation.TEMPLATE)
                .display();
      } catch (ExpressionError e) {
        given = null;
      }
      all++;
      if (!Objects.equals(wanted, given)) {
        wrong.add(node.get("expr") + " should be " + wanted + ", not " + given);
      }
    }
    System.out.println("expressions: " + (all - wrong.size()) + " of " + all);
    wrong.forEach(System.out::println);
    assertThat(wrong.size()).isLessThanOrEqualTo(all * 2 / 100);
  }
}
