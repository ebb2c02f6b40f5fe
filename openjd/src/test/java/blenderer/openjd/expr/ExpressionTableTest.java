package blenderer.openjd.expr;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import blenderer.openjd.range.RangeExpression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ExpressionTableTest {

  private static final Pattern CASE =
      Pattern.compile(
          "(?<expression>.+?)(?: => (?<display>.*)|\\s=! (?<kind>[A-Z]+) (?<part>.+))",
          Pattern.DOTALL);

  private static final Map<String, Value> SYMBOLS =
      Map.of(
          "Param.Scene", Value.path("/shots/s01/scene.v2.blend"),
          "RawParam.Scene", Value.of("/shots/s01/scene.v2.blend"),
          "Param.Start", Value.of(10),
          "Param.Rate", Value.real("1.50"),
          "Param.Tags", Value.texts(List.of("a", "b")),
          "Param.Frames", new Value.Range(RangeExpression.parse("1-5"), null),
          "Param.On", Value.of(true),
          "Param.if", Value.of(7));

  private static final Evaluation HOST =
      Evaluation.onHost(PathFlavour.POSIX, text -> text.replaceFirst("^/shots(?=/|$)", "/mnt"));

  static List<Arguments> cases() throws IOException {
    String text;
    try (InputStream in =
        requireNonNull(ExpressionTableTest.class.getResourceAsStream("expressions.txt"))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Arguments> cases = new ArrayList<>();
    String begun = "";
    for (String line : text.split("\n", -1)) {
      if (begun.isEmpty() && (line.isBlank() || line.startsWith("#"))) {
        continue;
      }
      // A case may have several lines.
      String whole = begun + line;
      Matcher matcher = CASE.matcher(whole);
      if (!matcher.matches()) {
        begun = whole + "\n";
        continue;
      }
      begun = "";
      cases.add(
          Arguments.of(
              matcher.group("expression"),
              matcher.group("display"),
              matcher.group("kind"),
              matcher.group("part")));
    }
    assertThat(begun).isEmpty();
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void every_expression_has_its_value_or_its_error(
      String expression, String display, String kind, String part) {
    if (display != null) {
      Value value = Expression.parse(expression).evaluate(SYMBOLS, HOST);
      assertThat(value.display()).isEqualTo(display.replace("\\s", " ").replace("\\e", ""));
      return;
    }
    ExpressionError error =
        catchThrowableOfType(
            ExpressionError.class, () -> Expression.parse(expression).evaluate(SYMBOLS, HOST));
    assertThat(error).isNotNull();
    assertThat(error.sentence()).contains(part);
    assertThat(error.kind()).hasToString(kind);
    assertThat(error.offset()).isBetween(0, expression.length());
  }
}
