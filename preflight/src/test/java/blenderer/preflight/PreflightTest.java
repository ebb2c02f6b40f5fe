package blenderer.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.blendfile.Look;
import blenderer.model.Renderer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each rule, on values. */
final class PreflightTest {

  private static final LiveFarm FARM =
      new LiveFarm(
          List.of(
              List.of(
                  new Renderer("blender", "3.4.1", List.of("cycles", "eevee", "denoise-oidn")),
                  new Renderer("ffmpeg", "5.1", List.of())),
              List.of(new Renderer("blender", "4.3.2", List.of("cycles", "workbench")))));

  /** A scene to change one thing of. */
  private record Made(
      @Nullable String camera,
      boolean cameraNeeded,
      boolean movie,
      int layersOn,
      List<String> features,
      List<String> outputNodes,
      List<Trace.File> files,
      List<Trace.Simulation> simulations,
      List<Trace.Script> scripts,
      List<Trace.Absent> absent,
      List<Trace.Message> warnings,
      String saved) {

    static final Made GOOD =
        new Made(
            "Camera",
            true,
            false,
            1,
            List.of("cycles"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            "3.4");

    Made with(List<String> needs) {
      return new Made(
          camera,
          cameraNeeded,
          movie,
          layersOn,
          needs,
          outputNodes,
          files,
          simulations,
          scripts,
          absent,
          warnings,
          saved);
    }

    Made with(String newer) {
      return new Made(
          camera,
          cameraNeeded,
          movie,
          layersOn,
          features,
          outputNodes,
          files,
          simulations,
          scripts,
          absent,
          warnings,
          newer);
    }

    Made with(Trace.File... some) {
      return new Made(
          camera,
          cameraNeeded,
          movie,
          layersOn,
          features,
          outputNodes,
          List.of(some),
          simulations,
          scripts,
          absent,
          warnings,
          saved);
    }

    Trace trace() {
      Trace.Scene scene =
          new Trace.Scene(
              "S",
              1,
              9,
              1,
              24,
              64,
              36,
              "64x36",
              "CYCLES",
              camera,
              cameraNeeded,
              "FFMPEG",
              movie,
              null,
              layersOn,
              features,
              outputNodes);
      return new Trace(
          1,
          "3.4.1",
          null,
          saved,
          "/film/shot.blend",
          "S",
          scene,
          List.of(scene),
          null,
          files,
          simulations,
          scripts,
          absent,
          warnings);
    }
  }

  private static List<Finding> judge(Made made) {
    return Preflight.judge(made.trace(), "", FARM);
  }

  private static Finding only(List<Finding> findings) {
    assertThat(findings).hasSize(1);
    return findings.getFirst();
  }

  private static Trace.File file(
      String path, boolean exists, @Nullable Long size, boolean supported, boolean used) {
    return new Trace.File(path, "image", "Wood", exists, size, false, supported, used);
  }

  @Test
  void a_scene_that_the_farm_can_render_has_no_finding() {
    assertThat(judge(Made.GOOD)).isEmpty();
  }

  @Test
  void a_scene_without_a_camera_blocks_unless_it_needs_none() {
    Made none =
        new Made(
            null,
            true,
            false,
            1,
            List.of("cycles"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            "3.4");
    assertThat(only(judge(none)))
        .isEqualTo(
            new Finding(
                "no-camera",
                "blocks",
                "The scene 'S' in 'shot.blend' has no camera.",
                "Add one, make it the scene's, save.",
                List.of()));
    Made strips =
        new Made(
            null,
            false,
            false,
            1,
            List.of("cycles"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            "3.4");
    assertThat(judge(strips)).isEmpty();
  }

  @Test
  void movies_layers_that_are_off_and_output_nodes_are_told() {
    Made odd =
        new Made(
            "C",
            true,
            true,
            0,
            List.of("cycles"),
            List.of("'File Output' writes below '//x'"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            "3.4");
    assertThat(judge(odd))
        .extracting(Finding::code)
        .contains("no-layer", "movie-output", "output-nodes");
    assertThat(judge(odd).getLast().weight()).isEqualTo("notes");
  }

  @Test
  void files_are_missing_empty_unsupported_or_outside_and_unused_ones_do_not_matter() {
    List<Finding> findings =
        judge(
            Made.GOOD.with(
                file("/film/tex/gone.png", false, null, true, true),
                file("/film/tex/empty.png", true, 0L, true, true),
                file("/film/sea.vdb", true, 9L, false, true),
                file("/lib/wood.png", true, 9L, true, true),
                file("/film/tex/unused.png", false, null, true, false),
                file("/film/tex/good.png", true, 9L, true, true)));
    assertThat(findings)
        .extracting(Finding::code)
        .containsExactly("missing-files", "empty-files", "unsupported-files", "outside-project");
    assertThat(findings.getFirst().details())
        .containsExactly("image '/film/tex/gone.png' (used by 'Wood')");
    assertThat(
            Preflight.allowing(
                findings, List.of("missing-files", "empty-files", "unsupported-files")))
        .noneMatch(Finding::blocks);
  }

  @Test
  void what_no_live_node_has_is_told_by_kind() {
    assertThat(only(judge(Made.GOOD.with("5.0"))).sentence())
        .isEqualTo(
            "'shot.blend' was saved by Blender 5.0, and the newest Blender on the farm is 4.3.2.");
    assertThat(only(judge(Made.GOOD.with(List.of("luxcore")))).code()).isEqualTo("engine-missing");
    assertThat(only(judge(Made.GOOD.with(List.of("cycles", "osl")))).code())
        .isEqualTo("feature-missing");
    LiveFarm plain =
        new LiveFarm(List.of(List.of(new Renderer("blender", "3.4.1", List.of("cycles")))));
    Trace denoised = Made.GOOD.with(List.of("cycles", "denoise-oidn")).trace();
    assertThat(only(Preflight.judge(denoised, "", plain)).sentence())
        .isEqualTo(
            "The scene 'S' in 'shot.blend' is denoised with OpenImageDenoise, and no node that is"
                + " online has it.");
  }

  @Test
  void what_no_node_has_in_one_blocks_too() {
    assertThat(only(judge(Made.GOOD.with(List.of("workbench", "denoise-oidn")))).code())
        .isEqualTo("no-node-fits");
  }

  @Test
  void an_empty_farm_warns_and_an_unasked_one_notes() {
    assertThat(only(Preflight.judge(Made.GOOD.trace(), "", new LiveFarm(List.of()))).code())
        .isEqualTo("no-live-node");
    assertThat(only(Preflight.judge(Made.GOOD.trace(), "", null)).code())
        .isEqualTo("farm-not-asked");
  }

  @Test
  void simulations_scripts_and_add_ons_warn_with_each_of_them() {
    Made made =
        new Made(
            "C",
            true,
            false,
            1,
            List.of("cycles"),
            List.of(),
            List.of(),
            List.of(
                new Trace.Simulation("cloth", "Flag", false),
                new Trace.Simulation("fluid", "Sea", true)),
            List.of(new Trace.Script("driver", "Wheel.location", "spin(frame)")),
            List.of(new Trace.Absent("node", "Fancy", "Wood")),
            List.of(
                new Trace.Message("unbaked-simulation", "said twice"),
                new Trace.Message("missing-file", "said twice"),
                new Trace.Message("odd", "something is odd")),
            "3.4");
    List<Finding> findings = judge(made);
    assertThat(findings)
        .extracting(Finding::code)
        .containsExactly("unbaked-simulation", "scripts-off", "addons-absent", "scene-warning");
    assertThat(findings).noneMatch(Finding::blocks);
    assertThat(findings.getFirst().details()).containsExactly("cloth of 'Flag'");
    assertThat(findings.get(1).details())
        .containsExactly("driver of 'Wheel.location': spin(frame)");
    assertThat(findings.get(3).sentence()).isEqualTo("Something is odd.");
  }

  @Test
  void an_engine_that_only_the_file_names_blocks() {
    Look.Scene raw =
        new Look.Scene(
            "S", 1, 9, 1, 24, 64, 36, 100, "OCTANE", "C", false, "", "PNG", false, List.of());
    Look look =
        new Look.Facts(3, 4, Look.Packing.PLAIN, 8, false, true, "S", List.of(raw), 1, List.of());
    assertThat(only(Preflight.judge(Made.GOOD.trace(), "", FARM, look)).sentence())
        .contains("renders with 'OCTANE'");
  }

  @Test
  void a_look_alone_tells_version_engine_movie_and_that_it_is_not_all() {
    Look.Scene scene =
        new Look.Scene(
            "S", 1, 9, 1, 24, 64, 36, 100, "CYCLES", null, false, "", "FFMPEG", true, List.of());
    Look look =
        new Look.Facts(5, 0, Look.Packing.ZSTD, 8, false, true, "S", List.of(scene), 1, List.of());
    assertThat(Preflight.judge(look, "shot.blend", "", FARM))
        .extracting(Finding::code)
        .containsExactly("scene-newer", "not-traced");
    assertThat(only(Preflight.judge(look, "shot.blend", "T", FARM)).next())
        .isEqualTo("It holds 'S'.");
    assertThat(
            only(Preflight.judge(new Look.Unreadable("is empty"), "a.blend", "", FARM)).sentence())
        .isEqualTo("'a.blend' is empty.");
  }

  @Test
  void an_error_of_the_trace_is_the_only_finding() {
    Trace trace =
        new Trace(
            1,
            "3.4.1",
            new Trace.Message("scene-newer", "'x' was saved by 9.9"),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    Finding finding = only(Preflight.judge(trace, "", FARM));
    assertThat(finding.code()).isEqualTo("scene-newer");
    assertThat(finding.sentence()).isEqualTo("'x' was saved by 9.9.");
    assertThat(finding.blocks()).isTrue();
  }

  @Test
  void an_unknown_scene_is_answered_with_the_known_ones() {
    Finding finding = only(Preflight.judge(Made.GOOD.trace(), "T", FARM));
    assertThat(finding.sentence()).isEqualTo("'shot.blend' holds no scene called 'T'.");
    assertThat(Objects.requireNonNull(finding.next())).isEqualTo("It holds 'S'.");
  }

  @Test
  void nobody_can_wave_through_what_cannot_render() {
    List<Finding> blocked = List.of(Finding.of(Trap.NO_CAMERA, List.of(), "'S'"));
    assertThat(Preflight.allowing(blocked, List.of("no-camera"))).allMatch(Finding::blocks);
  }
}
