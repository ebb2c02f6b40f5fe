package blenderer.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ArchitectureTest {
  private static final String ROOT = "blenderer";
  private static final String PLANTED = "blenderer.app.planted";

  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);
  private static final JavaClasses OFFENDERS = new ClassFileImporter().importPackages(PLANTED);

  static Set<String> rules() {
    return ArchitectureRules.under(ROOT).keySet();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void the_program_keeps(String rule) {
    // A module may still be empty; that the rule can fail is what the next test is for.
    rule(ROOT, rule).allowEmptyShould(true).check(PROGRAM);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_planted_offender_breaks(String rule) {
    assertThat(rule(PLANTED, rule).evaluate(OFFENDERS).hasViolation()).isTrue();
  }

  @Test
  void the_program_is_what_is_looked_at() {
    Set<String> packages =
        PROGRAM.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    assertThat(packages).contains("blenderer.app", "blenderer.model", "blenderer.core");
    assertThat(packages).noneMatch(name -> name.startsWith(PLANTED));
  }

  private static ArchRule rule(String root, String name) {
    return Objects.requireNonNull(ArchitectureRules.under(root).get(name));
  }
}
