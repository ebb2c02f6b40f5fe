package blenderer.blendfile;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.blendfile.Look.Facts;
import blenderer.blendfile.Look.Layer;
import blenderer.blendfile.Look.Packing;
import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that each real Blender saved, against what it set. */
@Tag("blender")
final class WrittenByBlenderTest {

  private static final String SCRIPT =
      """
      import bpy
      first = bpy.context.scene
      second = bpy.data.scenes.new("Zweite Sz\\u00e4ne")
      second.frame_start, second.frame_end, second.frame_step = 7, 91, 3
      render = second.render
      render.fps, render.fps_base = 24, 1.001
      render.resolution_x, render.resolution_y, render.resolution_percentage = 640, 360, 75
      render.engine = "CYCLES"
      render.filepath = "//out/shot_####"
      render.image_settings.file_format = "FFMPEG"
      camera = bpy.data.objects.new("Kamera", bpy.data.cameras.new("Kamera"))
      second.collection.objects.link(camera)
      second.camera = camera
      second.view_layers[0].name = "all"
      second.view_layers.new("off").use = False
      bpy.context.window.scene = second
      bpy.ops.wm.save_as_mainfile(filepath="FOLDER/props.blend", copy=True)
      with bpy.data.libraries.load("FOLDER/props.blend", link=True) as (_, into):
          into.objects = ["Cube"]
      second.collection.objects.link(into.objects[0])
      marked = bpy.data.scenes.new("Marked")
      marked.timeline_markers.new("cut", frame=5).camera = camera
      for name, packed in (("plain", False), ("packed", True)):
          bpy.ops.wm.save_as_mainfile(filepath="FOLDER/%s.blend" % name, copy=True, compress=packed)
      # Blender 4 gives a scene the camera of its marker when it saves.
      bpy.ops.wm.open_mainfile(filepath="FOLDER/plain.blend")
      with open("FOLDER/camera.txt", "w") as file:
          file.write(getattr(bpy.data.scenes["Marked"].camera, "name", ""))
      """;

  @TempDir Path folder = Path.of("");

  private static Facts look(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return (Facts) BlendFile.look(in);
    }
  }

  @ParameterizedTest
  @MethodSource("blenderer.testkit.TestBlender#each")
  void a_look_finds_what_blender_saved_plain_and_packed(TestBlender blender) throws Exception {
    Path script =
        Files.writeString(folder.resolve("make.py"), SCRIPT.replace("FOLDER", folder.toString()));
    Process process =
        new ProcessBuilder(
                List.of(
                    blender.program().toString(),
                    "-b",
                    "--factory-startup",
                    "--python-exit-code",
                    "3",
                    "--python",
                    script.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();

    Facts plain = look(folder.resolve("plain.blend"));
    assertThat(plain.packing()).isEqualTo(Packing.PLAIN);
    assertThat(plain.major() + "." + plain.minor()).isEqualTo(blender.series());
    assertThat(plain.activeScene()).isEqualTo("Zweite Szäne");
    assertThat(plain.libraries()).hasSize(1);
    assertThat(plain.libraries().getFirst()).endsWith("props.blend");
    Look.Scene scene = Objects.requireNonNull(plain.scene(""));
    assertThat(scene.start()).isEqualTo(7);
    assertThat(scene.end()).isEqualTo(91);
    assertThat(scene.step()).isEqualTo(3);
    assertThat(scene.fps()).isBetween(23.975, 23.977);
    assertThat(scene.width()).isEqualTo(640);
    assertThat(scene.height()).isEqualTo(360);
    assertThat(scene.percentage()).isEqualTo(75);
    assertThat(scene.engine()).isEqualTo("CYCLES");
    assertThat(scene.camera()).isEqualTo("Kamera");
    assertThat(scene.pattern()).isEqualTo("//out/shot_####");
    assertThat(scene.format()).isEqualTo("FFMPEG");
    assertThat(scene.movie()).isTrue();
    assertThat(scene.layers()).containsExactly(new Layer("all", true), new Layer("off", false));
    Look.Scene marked = Objects.requireNonNull(plain.scene("Marked"));
    assertThat(Objects.requireNonNullElse(marked.camera(), ""))
        .isEqualTo(Files.readString(folder.resolve("camera.txt")));
    assertThat(marked.markerCameras()).isTrue();

    Facts packed = look(folder.resolve("packed.blend"));
    assertThat(packed.packing()).isEqualTo(Packing.ZSTD);
    assertThat(packed.scenes()).isEqualTo(plain.scenes());
  }
}
