package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RendererInfoTest {

  private final ShippedRenderers shipped = ShippedRenderers.load();

  @Test
  void every_folder_that_ships_can_be_read_and_no_two_take_one_kind_of_file() {
    assertThat(shipped.names()).containsExactly("blender", "command", "ffmpeg", "povray");
    Set<String> types = new HashSet<>();
    for (String name : shipped.names()) {
      RendererInfo info = shipped.info(name);
      shipped.checks(name);
      RendererInfo.Scenes scenes = info.scenes();
      if (scenes != null) {
        scenes.types().forEach(type -> assertThat(types.add(type)).as(type).isTrue());
      }
      assertThat(shipped.names()).containsAll(info.uses());
    }
  }

  @Test
  void a_template_for_commands_is_not_one_that_may_run_because_it_ships() {
    assertThat(shipped.info("command").commands()).isTrue();
    assertThat(shipped.trustedTemplates())
        .extracting(Digest::of)
        .contains(shipped.templateDigest("blender"), shipped.templateDigest("povray"))
        .contains(Digest.of(shipped.file("blender", "video-template.yaml")))
        .doesNotContain(shipped.templateDigest("command"));
  }

  @Test
  void every_code_that_a_script_prints_has_a_retry_class() {
    for (String[] script : new String[][] {{"povray", "render.sh"}, {"ffmpeg", "encode.sh"}}) {
      Set<String> printed = new TreeSet<>();
      Pattern.compile("\\bfail ([a-z-]+) \"")
          .matcher(new String(shipped.file(script[0], script[1]), StandardCharsets.UTF_8))
          .results()
          .forEach(found -> printed.add(found.group(1)));
      assertThat(printed).isNotEmpty();
      assertThat(shipped.checks(script[0]).codes().keySet()).containsAll(printed);
    }
  }

  @Test
  void a_video_of_blender_has_the_steps_of_a_render_and_one_more() {
    String plain = new String(shipped.template("blender"), StandardCharsets.UTF_8);
    String video =
        new String(shipped.file("blender", "video-template.yaml"), StandardCharsets.UTF_8);
    String render = plain.substring(plain.indexOf("steps:"));
    assertThat(video).contains(render).contains("- dependsOn: render");
    String parameters =
        plain.substring(plain.indexOf("parameterDefinitions:"), plain.indexOf("steps:"));
    assertThat(video).contains(parameters);
  }

  @Test
  void a_broken_file_says_what_is_wrong() {
    String good = "{version: 1, title: X, program: {names: [x], ask: [-v], version: '(.)'}";
    assertThat(RendererInfo.parse("x", good + "}").title()).isEqualTo("X");
    assertThatThrownBy(() -> RendererInfo.parse("x", "{version: 2, title: X}"))
        .isInstanceOf(RendererException.class)
        .hasMessage("renderer.yaml of renderer 'x' is broken: its version is not 1");
    assertThatThrownBy(() -> RendererInfo.parse("x", good + ", colour: red}"))
        .hasMessageContaining("'colour' is none of version, title");
    assertThatThrownBy(() -> RendererInfo.parse("x", good.replace("'(.)'", "'.'") + "}"))
        .hasMessageContaining("the pattern of program/version has no group");
    assertThatThrownBy(() -> RendererInfo.parse("x", good.replace("[x]", "[../x]") + "}"))
        .hasMessageContaining("program/names must be names of files");
    assertThatThrownBy(
            () -> RendererInfo.parse("x", "{version: 1, title: X, scenes: {types: [pov]}}"))
        .hasMessageContaining("'pov' of scenes/types is no ending");
  }
}
