package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures this module against the templates of the specification's own conformance suite, which
 * are kept outside the repository: {@code -Dopenjd.suite=FOLDER} names its folder {@code
 * conformance-tests/2023-09}. A name that ends in {@code .invalid.yaml} or {@code .invalid.json} is
 * a template to refuse. Folders of extensions that are not supported are left out.
 */
@EnabledIfSystemProperty(named = "openjd.suite", matches = ".+")
final class ConformanceSuiteTest {

  @Test
  void templates_get_the_verdict_of_the_suite() throws IOException {
    Path folder = Path.of(System.getProperty("openjd.suite", "."));
    int all = 0;
    List<String> wrong = new ArrayList<>();
    for (Path file : templates(folder)) {
      boolean valid = !file.toString().contains(".invalid.");
      List<TemplateError> errors =
          switch (Templates.parse(Files.readAllBytes(file), "suite", Extensions.SUPPORTED)) {
            case Templates.Refused(var found) -> found;
            case Templates.Parsed _, Templates.ParsedEnvironment _ -> List.of();
          };
      all++;
      if (errors.isEmpty() != valid) {
        wrong.add(folder.relativize(file) + (valid ? " should be valid " : " ") + errors);
      }
    }
    System.out.println("suite: " + (all - wrong.size()) + " of " + all);
    wrong.forEach(System.out::println);
    assertThat(all).isPositive();
    assertThat(wrong.size()).isLessThanOrEqualTo(all * 2 / 100);
  }

  private static List<Path> templates(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> file.toString().matches(".*_templates/[^/]+\\.(yaml|json)"))
          .filter(file -> isSupported(folder.relativize(file).getName(0).toString()))
          .forEach(found::add);
    }
    found.sort(null);
    return found;
  }

  private static boolean isSupported(String part) {
    return part.equals("base") || Extensions.SUPPORTED.contains(part);
  }
}
