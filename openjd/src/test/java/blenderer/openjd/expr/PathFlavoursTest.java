package blenderer.openjd.expr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathFlavoursTest {

  private static final Evaluation WINDOWS = Evaluation.onHost(PathFlavour.WINDOWS, path -> path);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "path('C:/a/./b//c.d'); C:\\a\\b\\c.d",
        "path(r'C:\\a\\b.c').name; b.c",
        "path(r'C:\\a\\b').parts; [\"C:\\\\\", \"a\", \"b\"]",
        "path(r'C:\\a').parent; C:\\",
        "path('C:\\\\').parent; C:\\",
        "path(r'C:\\a').is_absolute(); true",
        "path(r'C:a').is_absolute(); false",
        "path(r'\\a').is_absolute(); false",
        "path(r'\\\\server\\share\\a').parts; [\"\\\\\\\\server\\\\share\\\\\", \"a\"]",
        "path(r'\\\\server\\share\\a').is_absolute(); true",
        "path(r'C:\\a') / 'b/c'; C:\\a\\b\\c",
        "path(r'C:\\a') / r'\\b'; C:\\b",
        "path(r'C:\\a') / r'D:\\b'; D:\\b",
        "path(r'C:\\a') / 'c:b'; C:\\a\\b",
        "path(r'C:\\a') / 'D:b'; D:b",
        "path(r'C:\\A\\b').is_relative_to(r'c:\\a'); true",
        "path(r'C:\\A\\b').relative_to(r'c:\\a'); b",
        "path(r'C:\\a') == path('c:/A'); true",
        "path(r'C:\\a\\b').as_posix(); C:/a/b",
        "path(r'C:\\a\\b_01.c').with_number(7); C:\\a\\b_07.c",
        "path(['C:/', 'a', 'b']); C:\\a\\b",
        "path(['C:', 'a']); C:a",
        "path('s3://b/c') / 'd/e'; s3://b/c/d/e",
        "unique([path('a'), path('A')]); [\"a\"]"
      })
  void windows_paths_have_drives_shares_and_no_case(String expression, String display) {
    assertThat(Expression.parse(expression).evaluate(Map.of(), WINDOWS).display())
        .isEqualTo(display);
  }
}
