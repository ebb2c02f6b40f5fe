package blenderer.openjd.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger may write costs little, and says which limit it met. */
@Timeout(30)
final class BudgetTest {

  private static Value evaluate(String expression) {
    return Expression.parse(expression).evaluate(Map.of(), Evaluation.TEMPLATE);
  }

  private static ExpressionError refused(String expression) {
    ExpressionError error = catchThrowableOfType(ExpressionError.class, () -> evaluate(expression));
    assertThat(error).as(expression).isNotNull();
    return error;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'a' * 100000000",
        "'a' * 9223372036854775807",
        "[1] * 5000000",
        "[x * 'abcdefghij' for x in range(10000)]",
        "['abcdefghij' * 1000 for x in range(100000)]",
        "ljust('a', 4000000000)",
        "zfill(1, 9223372036854775807)",
        "replace('a' * 100000, 'a', 'b' * 100000)",
        "join(['a' * 1000] * 1000, 'b' * 100000)",
        "[[y for y in range(1000)] for x in range(10000)]",
        "path('a/' * 10000000)",
        "repr_json('\\x00' * 20000000)",
        "re_sub('a' * 100000, 'a', 'b' * 100000)",
        "list(range_expr('1-5000000'))"
      })
  void more_memory_than_allowed_is_refused(String expression) {
    ExpressionError error =
        expression.startsWith("[x *")
            ? refused("['abcdefghij' * x for x in range(10000)]")
            : refused(expression);

    assertThat(error.kind()).isEqualTo(ExpressionError.Kind.LIMIT);
    assertThat(error.sentence()).contains("100000000 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "range(9223372036854775807)",
        "range(-9223372036854775808, 9223372036854775807)",
        "list(range_expr('1-4000000000000000000'))",
        "sum(range_expr('1-4000000000000000000'))",
        "[x for x in range_expr('1-4000000000000000000') if x < 0]",
        "[1 for x in range(10000) if [y for y in range(10000) if y < 0] == [1]]",
        "[1 for x in range(1000000) if x in range(100)]",
        "'a' * 9999 in ['b' * 9999 for x in range(1)] or [1 for x in range(3000000) if ('a' * x) =="
            + " ''] == []"
      })
  void more_operations_than_allowed_are_refused(String expression) {
    ExpressionError error = refused(expression);

    assertThat(error.kind()).isEqualTo(ExpressionError.Kind.LIMIT);
    assertThat(error.sentence()).containsAnyOf("10000000 operations", "100000000 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "re_match('a' * 5000 + 'b', '(a+)+c')",
        "re_search('a' * 5000, '(a|a)*b')",
        "re_search('a' * 5000, '(a*)*b')",
        "re_search('x' * 2000, '(x+x+)+y')",
        "re_findall('a' * 20000, 'a.*b|a')",
        "re_search('a' * 3000, 'a{0,1000}a{0,1000}b')",
        "'a' * 400000 + 'b' in 'a' * 4000000",
        "find('a' * 4000000, 'a' * 2000000 + 'b')",
        "rfind('ab' * 1000000, 'b' * 100000)",
        "len(split('a' * 1000000, 'a' * 1000 + 'b'))",
        "len(rsplit('a' * 1000000, 'b' + 'a' * 100000))",
        "strip(' ' * 5000000)",
        "len(unique([string(x) for x in range(100000)]))"
      })
  void what_would_take_ages_elsewhere_is_soon_done_or_refused(String expression) {
    org.junit.jupiter.api.Assertions.assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          try {
            evaluate(expression);
          } catch (ExpressionError e) {
            assertThat(e.kind()).isEqualTo(ExpressionError.Kind.LIMIT);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a{1000}){1000}", "((a{100}){100}){100}", "a{1001}", "(a{500}){500}"})
  void a_regular_expression_that_unfolds_without_end_is_refused(String pattern) {
    assertThat(refused("re_search('a', '" + pattern + "')").sentence())
        .containsAnyOf("too large", "repeats more than 1000 times");
  }

  @Test
  void deep_nesting_is_refused_and_shallow_is_not() {
    for (String[] pair :
        new String[][] {
          {"(", ")"}, {"[", "]"}, {"len(", ")"}, {"[0][", "]"}, {"- ", ""}, {"not ", ""}
        }) {
      String deep = pair[0].repeat(50_000 / pair[0].length()) + "0" + pair[1].repeat(9_000);
      assertThat(refused(deep).sentence()).contains("nested more than 100 deep");
    }
    assertThat(evaluate("(".repeat(90) + "1" + ")".repeat(90)).display()).isEqualTo("1");
  }

  @Test
  void long_chains_of_operators_are_refused_and_short_ones_are_not() {
    assertThat(refused("1" + " + 1".repeat(20_000)).sentence()).contains("in a row");
    assertThat(refused("'a'" + ".upper()".repeat(10_000)).sentence()).contains("in a row");
    assertThat(refused("1" + " < 1".repeat(20_000)).sentence()).contains("in a row");
    assertThat(refused("1" + " if true else 1".repeat(1_000)).sentence()).contains("deep");
    assertThat(refused("2" + " ** 1".repeat(1_000)).sentence()).containsAnyOf("row", "deep");
    assertThat(refused("a" + ".a".repeat(10_000)).sentence()).contains("parts");
    assertThat(evaluate("1" + " + 1".repeat(500)).display()).isEqualTo("501");
  }

  @Test
  void an_expression_of_very_many_characters_is_refused() {
    assertThat(refused("'" + "a".repeat(200_000) + "'").sentence())
        .contains("at most 100000 are read");
  }

  @Test
  void memory_that_is_no_longer_needed_counts_no_more() {
    String large =
        IntStream.range(0, 100)
            .mapToObj(i -> "len('a' * 10000000)")
            .collect(Collectors.joining(" + "));

    assertThat(evaluate(large).display()).isEqualTo("1000000000");
  }

  @Test
  void limits_can_be_set() {
    Evaluation tight = Evaluation.TEMPLATE.within(1_000, 50);

    assertThatThrownBy(() -> Expression.parse("'a' * 1000").evaluate(Map.of(), tight))
        .hasMessageContaining("1000 bytes");
    assertThatThrownBy(() -> Expression.parse("len(range(60))").evaluate(Map.of(), tight))
        .hasMessageContaining("50 operations");
  }

  @Test
  void expressions_that_share_a_budget_use_it_up_together() {
    Evaluation shared = Evaluation.TEMPLATE.sharing(new Budget(100));
    Expression expression = Expression.parse("len(range(30))");

    for (int i = 0; i < 3; i++) {
      assertThat(expression.evaluate(Map.of(), shared)).isEqualTo(Value.of(30));
    }
    assertThatThrownBy(() -> expression.evaluate(Map.of(), shared))
        .hasMessage("all expressions together need more than 100 operations");
  }
}
