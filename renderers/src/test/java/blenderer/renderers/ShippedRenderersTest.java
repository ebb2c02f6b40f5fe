package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.Digest;
import blenderer.model.RetryClass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedRenderersTest {

  private final ShippedRenderers shipped = ShippedRenderers.load();
  @TempDir Path folder;

  @Test
  void blender_ships_with_its_template_and_demo() {
    assertThat(shipped.names()).contains("blender");
    assertThat(new String(shipped.template("blender"), StandardCharsets.UTF_8))
        .startsWith("specificationVersion: jobtemplate-2023-09");
    assertThat(shipped.templateDigest("blender")).isEqualTo(Digest.of(shipped.template("blender")));
    assertThat(shipped.file("blender", "demo/scene.blend")).isNotEmpty();
  }

  @Test
  void unknown_renderer_or_file_is_named() {
    assertThatThrownBy(() -> shipped.template("pencil"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("no renderer 'pencil'; there are [blender, ");
    assertThatThrownBy(() -> shipped.file("blender", "none.py"))
        .hasMessage("renderer 'blender' has no file 'none.py'");
  }

  @Test
  void extraction_writes_every_file_and_leaves_nothing_else() throws IOException {
    Path made = shipped.extractTo("blender", folder);
    assertThat(made.resolve("driver.py")).hasBinaryContent(shipped.file("blender", "driver.py"));
    assertThat(made.resolve("demo/library/props.blend")).isNotEmptyFile();
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside).containsExactly(made);
    }
  }

  @Test
  void whole_folder_is_used_again_and_a_damaged_one_is_replaced() throws IOException {
    Path made = shipped.extractTo("blender", folder);
    Object before = Files.readAttributes(made.resolve("driver.py"), "unix:ino").get("ino");
    assertThat(shipped.extractTo("blender", folder)).isEqualTo(made);
    assertThat(Files.readAttributes(made.resolve("driver.py"), "unix:ino").get("ino"))
        .isEqualTo(before);

    Files.writeString(made.resolve("driver.py"), "half");
    Files.writeString(made.resolve("stray.py"), "");
    assertThat(shipped.extractTo("blender", folder)).isEqualTo(made);
    assertThat(made.resolve("driver.py")).hasBinaryContent(shipped.file("blender", "driver.py"));
    assertThat(made.resolve("stray.py")).doesNotExist();
  }

  @Test
  void every_code_the_scripts_print_has_a_retry_class() {
    RendererChecks checks = shipped.checks("blender");
    TreeSet<String> printed = new TreeSet<>();
    Pattern code =
        Pattern.compile(
            "Failed\\(\\s*\"([a-z-]+)\"|fail\\(\"([a-z-]+)\"|openjd_fail: \\[([a-z-]+)]"
                + "|return \"([a-z]+-[a-z-]+)\"|code = \"([a-z-]+)\" if");
    for (String file : new String[] {"driver.py", "progress.py", "session.sh"}) {
      code.matcher(new String(shipped.file("blender", file), StandardCharsets.UTF_8))
          .results()
          .forEach(
              found -> {
                for (int group = 1; group <= found.groupCount(); group++) {
                  if (found.group(group) != null) {
                    printed.add(found.group(group));
                  }
                }
              });
    }
    assertThat(printed).contains("no-camera", "scene-newer", "renderer-crashed", "driver-error");
    assertThat(checks.codes().keySet()).containsAll(printed);
  }

  @Test
  void failure_text_becomes_a_failure_with_its_class() {
    RendererChecks checks = shipped.checks("blender");
    var failure = checks.failureOf(" [no-camera] Scene 'Main' has no camera");
    assertThat(failure.code()).isEqualTo("no-camera");
    assertThat(failure.message()).isEqualTo("Scene 'Main' has no camera");
    assertThat(failure.retry()).isEqualTo(RetryClass.NEVER);
    assertThat(checks.failureOf("it broke").code()).isEqualTo("action-failed");
    assertThat(checks.retryOf("denoiser-absent")).isEqualTo(RetryClass.ELSEWHERE);
    assertThat(checks.decodeWhole()).isTrue();
    assertThat(checks.size()).isEqualTo("{{Param.Size}}");
  }

  @Test
  void broken_checks_say_what_is_wrong() {
    assertThatThrownBy(() -> RendererChecks.parse("x", "version: 2"))
        .isInstanceOf(RendererException.class)
        .hasMessage("checks.yaml of renderer 'x' is broken: its version is not 1");
    assertThatThrownBy(
            () ->
                RendererChecks.parse(
                    "x",
                    "{version: 1, outputs: {}, codes: {}, log: [{code: a, match: b, sentence:"
                        + " c}]}"))
        .hasMessageContaining("the code 'a' of log is not among codes");
  }
}
