package blenderer.submit.blender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.submit.SceneTrace;
import blenderer.submit.SubmitException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlenderChoiceTest {

  private static final List<String> CYCLES = List.of("cycles");
  private static final Renderer OLD =
      new Renderer("blender", "3.4.1", CYCLES, "aaaaaa1" + "0".repeat(57));
  private static final Renderer NEW =
      new Renderer("blender", "4.3.2", CYCLES, "bbbbbb2" + "0".repeat(57));
  private static final Renderer NEW_TOO =
      new Renderer("blender", "4.3.2", CYCLES, "bbbbbb3" + "0".repeat(57));

  private static SceneTrace scene(String madeWith) {
    return new SceneTrace(
        Path.of("/p/shot.blend"), "blender", madeWith, CYCLES, "", 1, 2, 1, "", List.of(), 24);
  }

  private static BlenderChoice choice(String asked, String madeWith, Renderer... online) {
    return BlenderChoice.of(
        asked.isEmpty() ? null : asked,
        scene(madeWith),
        new BlenderChoice.Farm(List.of(online), List.of(online)));
  }

  private static Requirement pinned(String atLeast, String version, String build) {
    return new Requirement("blender", atLeast, CYCLES, version, build);
  }

  @Test
  void scene_is_rendered_by_the_series_that_made_it_where_a_node_has_it() {
    assertThat(choice("", "3.4", NEW, OLD))
        .isEqualTo(new BlenderChoice(pinned("3.4", "3.4", ""), List.of()));
  }

  @Test
  void without_that_series_a_newer_one_renders_and_the_artist_is_told() {
    BlenderChoice choice = choice("", "3.4", NEW);
    assertThat(choice.requirement()).isEqualTo(pinned("3.4", "", ""));
    assertThat(choice.warnings())
        .containsExactly(
            "The scene was made with Blender 3.4, which no node has; it is rendered by 4.3.2 or"
                + " newer and may look different. '--blender-version 3.4' waits for a node that has"
                + " it.");
  }

  @Test
  void with_only_older_ones_the_job_waits_and_says_for_what() {
    BlenderChoice choice = choice("", "4.3", OLD);
    assertThat(choice.requirement()).isEqualTo(pinned("4.3", "", ""));
    assertThat(choice.warnings())
        .containsExactly(
            "No node that is online has blender 4.3 or newer with cycles; the job waits until one"
                + " has. There is blender 3.4.1 (aaaaaa100000).");
  }

  @Test
  void a_node_that_is_away_is_no_node_that_has_it_but_its_builds_are_known() {
    BlenderChoice.Farm farm = new BlenderChoice.Farm(List.of(NEW), List.of(NEW, OLD));
    assertThat(BlenderChoice.of(null, scene("3.4"), farm).requirement().version()).isEmpty();
    assertThat(BlenderChoice.of("build:aaaaaa", scene("3.4"), farm).requirement())
        .isEqualTo(pinned("3.4", "", OLD.build()));
  }

  @Test
  void any_asks_only_that_the_scene_can_be_opened() {
    assertThat(choice("any", "3.4", NEW, OLD))
        .isEqualTo(new BlenderChoice(pinned("3.4", "", ""), List.of()));
  }

  @Test
  void version_series_and_build_are_pinned_as_asked() {
    assertThat(choice("4.3", "3.4", NEW, OLD).requirement()).isEqualTo(pinned("3.4", "4.3", ""));
    assertThat(choice("3.4.1", "3.4", OLD).requirement()).isEqualTo(pinned("3.4", "3.4.1", ""));
    assertThat(choice("build:bbbbbb2", "3.4", NEW, NEW_TOO).requirement())
        .isEqualTo(pinned("3.4", "", NEW.build()));
    String whole = "c".repeat(64);
    BlenderChoice unseen = choice("build:" + whole, "3.4", OLD);
    assertThat(unseen.requirement().build()).isEqualTo(whole);
    assertThat(unseen.warnings()).hasSize(1);
  }

  @Test
  void a_blender_that_cannot_open_the_scene_is_refused() {
    assertThatThrownBy(() -> choice("3.4", "4.3", OLD, NEW))
        .isInstanceOf(SubmitException.class)
        .hasMessage("The scene was saved by Blender 4.3, which Blender 3.4 cannot open.");
  }

  @Test
  void unknown_and_ambiguous_builds_are_refused_with_those_that_are_there() {
    assertThatThrownBy(() -> choice("build:cccccc", "3.4", OLD))
        .isInstanceOfSatisfying(
            SubmitException.class,
            e -> {
              assertThat(e.code()).isEqualTo("build-unknown");
              assertThat(e.details()).containsExactly("3.4.1  " + OLD.build());
            });
    assertThatThrownBy(() -> choice("build:bbbbbb", "3.4", NEW, NEW_TOO))
        .isInstanceOfSatisfying(
            SubmitException.class, e -> assertThat(e.code()).isEqualTo("build-ambiguous"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "three", "3.4.1.2", "build:", "build:xyz123", "ANY", "-1.2"})
  void other_forms_are_none(String text) {
    assertThat(BlenderChoice.isForm(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.4", "3.4.1", "2.79", "build:abcdef", "any"})
  void forms_are_known(String text) {
    assertThat(BlenderChoice.isForm(text)).isTrue();
  }
}
