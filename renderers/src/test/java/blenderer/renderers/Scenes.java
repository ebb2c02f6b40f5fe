package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Runs plain Blender for tests: makes small scenes and reference images, compares pixels. */
final class Scenes {

  /** Names that every scene-making script may use. */
  private static final String PRELUDE =
      """
      import bpy, os
      from mathutils import Vector

      def fresh():
          bpy.ops.wm.read_factory_settings(use_empty=True)
          bpy.context.preferences.filepaths.save_version = 0

      def picture(path, colour):
          os.makedirs(os.path.dirname(path), exist_ok=True)
          image = bpy.data.images.new("made", 8, 8)
          image.pixels = [c * (0.4 + 0.6 * ((i // 4) % 3) / 2) for i in range(0, 256, 4) for c in colour]
          image.filepath_raw = path; image.file_format = "PNG"; image.save()
          bpy.data.images.remove(image)

      def textured(image, name):
          material = bpy.data.materials.new(name); material.use_nodes = True
          tree = material.node_tree
          node = tree.nodes.new("ShaderNodeTexImage"); node.image = image
          node.image_user.frame_duration = 100; node.image_user.use_auto_refresh = True
          tree.links.new(node.outputs[0], tree.nodes["Principled BSDF"].inputs["Base Color"])
          return material

      def cube(name, material, x):
          bpy.ops.mesh.primitive_cube_add(location=(x, 0, 0))
          ob = bpy.context.object; ob.name = name; ob.data.materials.append(material)
          return ob

      def stage(pattern="//out/shot_####"):
          scene = bpy.context.scene
          bpy.ops.object.light_add(type="SUN", rotation=(0.6, 0.3, 0)); bpy.context.object.data.energy = 3
          bpy.ops.object.camera_add(location=(7, -7, 5)); camera = bpy.context.object
          camera.rotation_euler = (-camera.location).to_track_quat("-Z", "Y").to_euler()
          for frame, z in ((-10, 4), (30, 6)):
              camera.location.z = z; camera.keyframe_insert("location", frame=frame)
          scene.camera = camera
          render = scene.render
          render.engine = "CYCLES"; render.filepath = pattern
          render.resolution_x, render.resolution_y = 64, 36
          scene.cycles.samples = 2; scene.cycles.use_denoising = False
          scene.frame_start, scene.frame_end = 1, 24
          return scene

      def link(path, name):
          with bpy.data.libraries.load(path, link=True) as (_, into): into.objects = [name]
          bpy.context.scene.collection.objects.link(into.objects[0])

      def save(path):
          os.makedirs(os.path.dirname(path), exist_ok=True)
          bpy.ops.wm.save_as_mainfile(filepath=path)

      def save_relative(path):
          save(path); bpy.ops.file.make_paths_relative(); bpy.ops.wm.save_mainfile()

      """;

  private Scenes() {}

  /** Runs {@code script} after the prelude in a plain Blender; D is {@code folder} with a '/'. */
  static List<String> make(Path folder, String script) throws IOException {
    Path file = Files.createTempFile(folder, "make", ".py");
    Files.writeString(file, PRELUDE + "D = '" + folder + "/'\n" + script);
    return blender("--python", file.toString());
  }

  /** A scene with one textured cube, saved as {@code scene.blend}. */
  static Path simple(Path folder, String more) throws IOException {
    make(
        folder,
        """
        fresh()
        picture(D + "tex/wood.png", (0.8, 0.4, 0.2, 1))
        cube("Box", textured(bpy.data.images.load(D + "tex/wood.png"), "Wood"), 0)
        scene = stage()
        %s
        save_relative(D + "scene.blend")
        """
            .formatted(more));
    return folder.resolve("scene.blend");
  }

  /** Output lines of the first Blender in the PATH; it must end with 0. */
  static List<String> blender(String... arguments) throws IOException {
    return run(Session.blender(), arguments);
  }

  /** Blender's output lines; it must end with 0. */
  static List<String> run(String program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(program, "-b", "--factory-startup", "-Y", "--python-exit-code", "3"));
    Collections.addAll(command, arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      List<String> lines = process.inputReader().lines().toList();
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as("%s printed %s", command, lines).isZero();
      return lines;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static void assertSamePixels(Path one, Path other) throws IOException {
    BufferedImage a = ImageIO.read(one.toFile());
    BufferedImage b = ImageIO.read(other.toFile());
    assertThat(List.of(a.getWidth(), a.getHeight()))
        .isEqualTo(List.of(b.getWidth(), b.getHeight()));
    int[] first = pixels(a);
    int[] second = pixels(b);
    long differing = IntStream.range(0, first.length).filter(i -> first[i] != second[i]).count();
    assertThat(differing).as("differing pixels of %s and %s", one, other).isZero();
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
