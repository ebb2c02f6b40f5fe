package blenderer.openjd.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be told of expressions whose symbols have a type, but no value yet. */
final class CheckTest {

  private static final Map<String, Value> SYMBOLS = new HashMap<>();

  static {
    for (String symbol :
        new String[] {
          "I int",
          "F float",
          "S string",
          "P path",
          "B bool",
          "R range_expr",
          "L list[int]",
          "LS list[string]",
          "LP list[path]",
          "U int | string",
          "O string?",
          "A any"
        }) {
      String[] parts = symbol.split(" ", 2);
      SYMBOLS.put(parts[0], Value.unresolved(ExprType.parse(parts[1])));
    }
  }

  private static ExprType check(String expression) {
    return Expression.parse(expression).check(SYMBOLS, Evaluation.TEMPLATE, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "I + 1; int",
        "I + 1.5; float",
        "I / 2; float",
        "I ** 2; float | int",
        "U + 1; int",
        "S + R; string",
        "P / S; path",
        "P.parent.stem; string",
        "P.parts[0]; string",
        "L + [1.5]; list[float]",
        "R + R; list[int]",
        "L[0]; int",
        "L[1:]; list[int]",
        "R[1:]; list[int] | range_expr",
        "S[0]; string",
        "[10, 20][I]; int",
        "[I, 2]; list[int]",
        "[I, F]; list[float]",
        "[P, S]; list[string]",
        "[x.name for x in LP]; list[string]",
        "[x for x in L if x > I]; list[int]",
        "[x for x in [1, 2] if B]; list[int]",
        "I if B else S; int | string",
        "I if B else fail('no'); int",
        "1 // 0 if B else 'ok'; string",
        "I if true else S; int",
        "B or fail('no'); bool",
        "O or 'none'; string",
        "O and 1; int | nulltype",
        "null or I; int",
        "I < 2 < F; bool",
        "S == I; bool",
        "2 in L; bool",
        "not B; bool",
        "len(S); int",
        "sorted(L); list[int]",
        "flatten([LS, LS]); list[string]",
        "re_search(S, 'a'); list[string] | nulltype",
        "re_search(S, 'a')[0]; string",
        "min(I, F); float",
        "round(F, I); float | int",
        "with_number(S, 3); string",
        "fail(S); noreturn",
        "A + 1; any",
        "S.upper().split(',').join(':'); string",
        "startswith(P, '/a'); bool",
        "P.is_relative_to('/a'); bool",
        "string(1) + S; string"
      })
  void a_type_follows_from_types(String expression, String type) {
    ExprType expected = type.equals("any") ? ExprType.ANY : ExprType.parse(type);
    ExprType actual = check(expression);
    if (!type.equals("any")) {
      assertThat(actual).hasToString(expected.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "I + S; '+' does not work with int and string",
        "I + 'a'; '+' does not work with int and string",
        "U + B; '+' does not work with int | string and bool",
        "I.upper(); int has no method upper()",
        "P.startswith('a'); path has no method startswith()",
        "I.name; int has no property 'name'",
        "S.name; string has no property 'name'",
        "L['a']; list[int] cannot be indexed with string",
        "I[0]; int cannot be indexed with int",
        "1 if I else 2; the condition must be a bool, not int",
        "not I; 'not' does not work with int",
        "[I, S]; a list cannot hold both int and string",
        "[x for x in I]; a loop needs a list or a range, not int",
        "[x + 'a' for x in L]; '+' does not work with int and string",
        "[I for I in L]; must start with a small letter",
        "I < S; '<' does not work with int and string",
        "I + 'a' if B else S * S; both branches fail",
        "1 // 0 + I; division by zero",
        "len(I); len() does not take (int)",
        "apply_path_mapping(S); works only where a session runs",
        "I + nothing; 'nothing' has no meaning here"
      })
  void what_no_value_could_make_work_is_refused(String expression, String sentence) {
    assertThatThrownBy(() -> check(expression))
        .isInstanceOf(ExpressionError.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void a_host_whose_rules_are_not_known_maps_paths_all_the_same() {
    assertThat(
            Expression.parse("apply_path_mapping(S).name + '!'")
                .check(SYMBOLS, Evaluation.SOME_HOST, null))
        .isEqualTo(ExprType.STRING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "1; string; 1",
        "1; float; 1.0",
        "'3'; int; 3",
        "3.0; int; 3",
        "'/a'; path; /a",
        "null; string?; null",
        "[1, 'a']; list[string]; [\"1\", \"a\"]",
        "[1, 2] if true else []; string | nulltype | list[string]; [\"1\", \"2\"]",
        "sorted([10, 9]); list[string]; [\"9\", \"10\"]",
        "range_expr('1-3'); list[int]; [1, 2, 3]",
        "range_expr('1-3'); list[int] | string; 1-3",
        "[path('/a')]; list[string]; [\"/a\"]",
        "5; int | string | range_expr | list[int]; 5"
      })
  void a_result_is_converted_where_nothing_is_lost(
      String expression, String target, String display) {
    Value value =
        Expression.parse(expression)
            .evaluate(Map.of(), Evaluation.TEMPLATE, ExprType.parse(target));

    assertThat(value.display()).isEqualTo(display);
    assertThat(Coercion.satisfies(value.type(), ExprType.parse(target))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "null; string",
        "'a'; int",
        "3.5; int",
        "'a'; bool",
        "['a']; int | string | range_expr | list[int]",
        "[1]; string",
        "S + 'a'; bool",
        "L; string",
        "B; int"
      })
  void a_result_that_cannot_be_converted_is_refused(String expression, String target) {
    assertThatThrownBy(
            () ->
                Expression.parse(expression)
                    .evaluate(SYMBOLS, Evaluation.TEMPLATE, ExprType.parse(target)))
        .isInstanceOf(ExpressionError.class);
  }

  @Test
  void symbols_and_functions_can_be_asked_for() {
    Expression expression =
        Expression.parse(
            "[x.stem.upper() for x in Param.Files if x in Param.Some.parts] + list(y)");

    assertThat(expression.symbols())
        .containsExactlyInAnyOrder("Param.Files", "Param.Some.parts", "y");
    assertThat(expression.functions()).containsExactlyInAnyOrder("upper", "list");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "1 + 'a' * (2 - 'b'); 13",
        "1 / 0; 2",
        "Param.Nothing; 0",
        "[1, 2, int('x')]; 7",
        "path('/a').nothing; 11"
      })
  void an_error_tells_its_place(String expression, int offset) {
    assertThatThrownBy(() -> Expression.parse(expression).evaluate(Map.of(), Evaluation.TEMPLATE))
        .isInstanceOfSatisfying(
            ExpressionError.class, error -> assertThat(error.offset()).isEqualTo(offset));
  }
}
