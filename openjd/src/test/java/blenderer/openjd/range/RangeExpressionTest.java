package blenderer.openjd.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RangeExpressionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7                  | 7            | 7
          -7                 | -7           | -7
          1-5                | 1-5          | 1 2 3 4 5
          ' 1 - 5 : 2 '      | 1-5:2        | 1 3 5
          1-6:2              | 1-5:2        | 1 3 5
          10-1:-3            | 1-10:3       | 1 4 7 10
          -5--14:-4          | -13--5:4     | -13 -9 -5
          -2-2               | -2-2         | -2 -1 0 1 2
          5-5                | 5            | 5
          5-5:9              | 5            | 5
          1-3,4-6            | 1-6          | 1 2 3 4 5 6
          9,0,3,2,8,1        | 0-3,8-9      | 0 1 2 3 8 9
          20,1-3             | 1-3,20       | 1 2 3 20
          1-9:4,2            | 1-9:4,2      | 1 2 5 9
          1-5:2,2-6:2        | 1-5:2,2-6:2  | 1 2 3 4 5 6
          """)
  void a_range_is_the_sorted_set_of_its_numbers(String text, String canonical, String numbers) {
    RangeExpression range = RangeExpression.parse(text);

    assertThat(range).hasToString(canonical);
    assertThat(numbers(range)).isEqualTo(longs(numbers));
    assertThat(numbers(RangeExpression.parse(canonical))).isEqualTo(longs(numbers));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        "1-a",
        "--1",
        "1-",
        "1,",
        ",1",
        "1,,2",
        "1-2:",
        ":2",
        "2:2",
        "1 2",
        "1-2-3",
        "1-2:0",
        "3-1",
        "3-1:1",
        "1-3:-1",
        "1.5",
        "+1",
        "1-3,2",
        "1,1",
        "10-1:-1,1-10",
        "1-10:3,2-11:3,4",
        "4611686018427387904",
        "99999999999999999999999",
        "40-50x2",
        "1;2"
      })
  void what_is_no_range_is_refused(String text) {
    assertThatThrownBy(() -> RangeExpression.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1-20,15       | the frame range '1-20,15' names frame 15 twice
          1-9:2,4-10:3  | the frame range '1-9:2,4-10:3' names frame 7 twice
          40-50y2       | the frame range '40-50y2' has the part '40-50y2', which is none of 7, 1-20 and 1-20x2
          20-1          | the frame range '20-1' has the part '20-1', which goes down: write 1-20
          1-5x0         | the frame range '1-5x0' has the part '1-5x0' with a step of 0
          1,,2          | the frame range '1,,2' has an empty part between its commas
          ' '           | the frame range is empty: give one such as 1-20
          """)
  void a_person_is_told_what_is_wrong_with_frames(String text, String message) {
    assertThatThrownBy(() -> RangeExpression.parseFrames(text)).hasMessage(message);
  }

  @Test
  void frames_take_an_x_for_the_step() {
    assertThat(RangeExpression.parseFrames("1-20,30,40-50x2"))
        .isEqualTo(RangeExpression.parse("1-20,30,40-50:2"));
  }

  @Test
  void a_huge_range_costs_nothing() {
    RangeExpression range = RangeExpression.parse("-4000000000000000000-4000000000000000000:2,1");

    assertThat(range.size()).isEqualTo(4_000_000_000_000_000_002L);
    assertThat(range.get(2_000_000_000_000_000_001L)).isEqualTo(1);
    assertThat(range.indexOf(4_000_000_000_000_000_000L)).isEqualTo(range.size() - 1);
    assertThat(range.get(range.size() - 1)).isEqualTo(4_000_000_000_000_000_000L);
  }

  @Test
  void a_position_outside_the_range_is_refused() {
    RangeExpression range = RangeExpression.parse("1-3");

    assertThatThrownBy(() -> range.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> range.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void random_ranges_agree_with_a_set_written_out() {
    for (long seed = 0; seed < 3000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<String> parts = new ArrayList<>();
      TreeSet<Long> expected = new TreeSet<>();
      boolean twice = false;
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        long first = random.nextInt(-20, 20);
        long step = random.nextInt(1, 6);
        long last = first + random.nextInt(0, 20);
        boolean down = random.nextBoolean();
        parts.add(down ? last + "-" + first + ":" + -step : first + "-" + last + ":" + step);
        for (long n = 0; n * step <= last - first; n++) {
          twice |= !expected.add(down ? last - n * step : first + n * step);
        }
      }
      String text = String.join(",", parts);
      if (twice) {
        assertThatThrownBy(() -> RangeExpression.parse(text))
            .as("seed %d: %s", seed, text)
            .hasMessageContaining("twice");
        continue;
      }
      RangeExpression range = RangeExpression.parse(text);
      assertThat(numbers(range)).as("seed %d: %s", seed, text).containsExactlyElementsOf(expected);
      for (long value = -60; value < 60; value++) {
        long index = range.indexOf(value);
        assertThat(index >= 0)
            .as("seed %d: %s has %d", seed, text, value)
            .isEqualTo(expected.contains(value));
        assertThat(index < 0 || range.get(index) == value).isTrue();
      }
      long[] values = expected.stream().mapToLong(Long::longValue).toArray();
      assertThat(numbers(RangeExpression.parse(RangeExpression.of(values).toString())))
          .as("seed %d: %s from numbers", seed, text)
          .containsExactlyElementsOf(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 3 5          | 1-5:2
          1 2 3 5 7 8 9  | 1-3,5,7-9
          1 5            | 1,5
          5 4            | 4-5
          """)
  void numbers_are_written_as_people_would(String numbers, String text) {
    long[] values = longs(numbers).stream().mapToLong(Long::longValue).toArray();

    assertThat(RangeExpression.of(values)).hasToString(text);
  }

  private static List<Long> numbers(RangeExpression range) {
    List<Long> numbers = new ArrayList<>();
    range.iterator().forEachRemaining((long number) -> numbers.add(number));
    return numbers;
  }

  private static List<Long> longs(String text) {
    return List.of(text.strip().split(" +")).stream().map(Long::valueOf).toList();
  }
}
