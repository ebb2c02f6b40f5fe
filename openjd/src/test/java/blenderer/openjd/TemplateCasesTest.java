package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One small template for every rule, from the files in {@code cases}. In them {@code JOB} and
 * {@code ENVIRONMENT} stand for the first lines of a template, {@code STEP} for a step that does
 * little, and {@code <x*9>} for nine times x.
 */
final class TemplateCasesTest {

  private static final List<String> FILES =
      List.of(
          "1-documents",
          "2-limits",
          "3-parameters",
          "4-steps",
          "5-environments",
          "6-format-strings",
          "7-feature-bundle",
          "8-expressions");

  private static final Pattern REPEAT = Pattern.compile("<(.)\\*([0-9]+)>");

  /** A template and the words that its error must have; empty: it is valid. */
  private record Case(String name, String template, String error) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String file : FILES) {
      String text = read("cases/" + file + ".txt");
      for (String part : text.split("(?m)^=== ", -1)) {
        if (part.startsWith("valid: ") || part.startsWith("invalid: ")) {
          cases.add(one(file, part));
        }
      }
    }
    return cases.stream();
  }

  private static Case one(String file, String part) {
    String title = part.lines().findFirst().orElseThrow();
    String template = part.substring(title.length() + 1);
    int bar = title.indexOf(" | ");
    assertThat(bar >= 0).as(title).isEqualTo(title.startsWith("invalid"));
    return new Case(
        file + ": " + (bar < 0 ? title : title.substring(0, bar)),
        expanded(template),
        bar < 0 ? "" : title.substring(bar + 3));
  }

  private static String expanded(String template) {
    String text =
        template
            .replaceAll("(?m)^JOB$", "specificationVersion: jobtemplate-2023-09\nname: J")
            .replaceAll("(?m)^ENVIRONMENT$", "specificationVersion: environment-2023-09")
            .replaceAll(
                "(?m)^STEP$", "steps: [{name: S, script: {actions: {onRun: {command: c}}}}]");
    return REPEAT
        .matcher(text)
        .replaceAll(found -> found.group(1).repeat(Integer.parseInt(found.group(2))));
  }

  private static String read(String name) throws IOException {
    try (InputStream in = TemplateCasesTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_template_gets_the_verdict_of_the_specification(Case one) {
    List<String> errors =
        switch (Templates.parse(
            one.template().getBytes(StandardCharsets.UTF_8), "case", Extensions.SUPPORTED)) {
          case Templates.Refused(var found) -> found.stream().map(TemplateError::toString).toList();
          case Templates.Parsed _, Templates.ParsedEnvironment _ -> List.of();
        };

    if (one.error().isEmpty()) {
      assertThat(errors).isEmpty();
    } else {
      // One fault, one sentence: what follows from a fault is not told as another.
      assertThat(errors).hasSize(1).first().asString().contains(one.error());
    }
  }
}
