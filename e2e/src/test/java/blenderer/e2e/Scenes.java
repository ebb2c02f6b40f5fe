package blenderer.e2e;

import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Scenes that are wrong in one way each, made by Blender. */
final class Scenes {

  private static final String SMALL =
      """
      import bpy, sys
      bpy.ops.wm.read_factory_settings(use_empty=False)
      s = bpy.context.scene
      s.render.engine = 'CYCLES'
      s.cycles.samples = 1
      s.cycles.use_denoising = False
      s.render.resolution_x, s.render.resolution_y = 64, 36
      s.render.resolution_percentage = 100
      s.frame_start, s.frame_end = 1, 8
      """;

  private Scenes() {}

  /**
   * A cube, 64x36 pixels, one sample, frames 1 to 8. {@code change} is Python run before saving.
   */
  static Path small(Path folder, String name, String change) throws IOException {
    return small(TestBlender.first(), folder, name, change);
  }

  /** The same, made with that Blender. */
  static Path small(TestBlender blender, Path folder, String name, String change)
      throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(name);
    Path script = Files.createTempFile("scene", ".py");
    Files.writeString(
        script, SMALL + change + "\nbpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1])\n");
    try {
      Blenders.run(
              blender,
              folder,
              Map.of(),
              "--python-exit-code",
              "3",
              "--python",
              script.toString(),
              "--",
              file + "")
          .expect(0);
    } finally {
      Files.delete(script);
    }
    return file;
  }

  static Path withoutCamera(Path folder) throws IOException {
    return small(folder, "no-camera.blend", "s.camera = None");
  }

  static Path withMissingTexture(Path folder) throws IOException {
    return small(
        folder,
        "missing-texture.blend",
        """
        i = bpy.data.images.new('wood', 8, 8)
        i.source = 'FILE'
        i.filepath = '//textures/wood.png'
        m = bpy.data.materials[0]
        m.use_nodes = True
        t = m.node_tree.nodes.new('ShaderNodeTexImage')
        t.image = i
        m.node_tree.links.new(t.outputs[0], m.node_tree.nodes['Principled BSDF'].inputs[0])
        """);
  }

  static Path truncated(Path folder) throws IOException {
    Path whole = small(folder, "whole.blend", "");
    byte[] bytes = Files.readAllBytes(whole);
    return Files.write(folder.resolve("truncated.blend"), Arrays.copyOf(bytes, bytes.length / 2));
  }

  static Path noBlend(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.writeString(folder.resolve("holiday.blend"), "Dear diary, today we rendered.\n");
  }
}
