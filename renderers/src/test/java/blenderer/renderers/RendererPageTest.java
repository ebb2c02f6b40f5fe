package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/renderers.md shows is what the program takes. */
class RendererPageTest {

  private static String block(String file) throws IOException {
    String page = Files.readString(Path.of("..", "docs", "renderers.md"));
    Matcher block =
        Pattern.compile(
                Pattern.quote("renderers/gnuplot/" + file) + "`\\n```\\w+\\n(.*?)```",
                Pattern.DOTALL)
            .matcher(page);
    assertThat(block.find()).as(file).isTrue();
    return block.group(1);
  }

  @Test
  void the_renderer_of_the_page_is_found_by_its_file() throws IOException {
    RendererInfo info = RendererInfo.parse("gnuplot", block("renderer.yaml"));
    RendererInfo.Program program = info.program();
    RendererInfo.Scenes scenes = info.scenes();
    assertThat(program).isNotNull();
    assertThat(scenes).isNotNull();
    if (program != null && program.version() != null && scenes != null) {
      Matcher version = program.version().matcher("gnuplot 5.4 patchlevel 4\n");
      assertThat(version.find()).isTrue();
      assertThat(version.group(1)).isEqualTo("5.4");
      assertThat(scenes.takes("Wave.GP")).isTrue();
      assertThat(scenes.references().getFirst().matcher("plot 'data.csv'").find()).isTrue();
    }
  }

  @Test
  void the_checks_of_the_page_know_a_broken_plot() throws IOException {
    RendererChecks checks = RendererChecks.parse("gnuplot", block("checks.yaml"));
    assertThat(checks.decodeWhole()).isTrue();
    assertThat(checks.logRules().judge("\"/job/wave.gp\" line 2: undefined variable: y"))
        .hasValueSatisfying(failure -> assertThat(failure.code()).isEqualTo("scene-broken"));
  }
}
