package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The page in Debian's Chromium, against a server and a node with real Blender. The checks are
 * {@code web/browser/page.mjs}, which starts all of it and prints a line for each.
 */
@Tag("e2e")
class PageTest {

  /** A script that ends early fails by what it did not say. */
  private static final int CHECKS = 21;

  @TestFactory
  Stream<DynamicTest> a_person_uses_the_page() {
    Run run =
        Run.of(
            Duration.ofMinutes(5),
            Dist.root().resolve("web"),
            Map.of("BLENDERER_DIST", Dist.folder().toString()),
            List.of("node", "browser/page.mjs"));
    List<JsonNode> checks =
        run.out().lines().filter(line -> line.startsWith("{")).map(Json::of).toList();
    return Stream.concat(
        checks.stream()
            .map(
                check ->
                    DynamicTest.dynamicTest(
                        check.get("name").asText(),
                        () ->
                            assertThat(check.get("ok").asBoolean())
                                .as(check.path("error").asText())
                                .isTrue())),
        Stream.of(
            DynamicTest.dynamicTest(
                "all_checks_were_made",
                () -> {
                  assertThat(checks).as(run.toString()).hasSize(CHECKS);
                  run.expect(0);
                })));
  }
}
