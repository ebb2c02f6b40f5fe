package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every image format that Blender writes, whole and spoiled. */
class BlenderFormatsTest extends OnEachBlender {

  private static final String WRITE_ALL =
      """
      fresh(); cube("c", bpy.data.materials.new("m"), 0); scene = stage()
      scene.render.resolution_x, scene.render.resolution_y = 75, 43
      scene.render.film_transparent = True
      os.makedirs(D + "all")
      bpy.ops.render.render()
      settings = scene.render.image_settings
      result = bpy.data.images["Render Result"]
      def save(name, **values):
          try:
              for key, value in values.items(): setattr(settings, key, value)
          except TypeError: return  # this Blender does not have it
          result.save_render(os.path.join(D, "all", name), scene=scene)
      for depth in ("16", "32"):
          for codec in ("NONE", "ZIP", "ZIPS", "PIZ", "PXR24", "RLE", "B44", "B44A", "DWAA", "DWAB"):
              for kind in ("OPEN_EXR", "OPEN_EXR_MULTILAYER"):
                  save("%s_%s_%s.exr" % (kind, codec, depth), file_format=kind, color_depth=depth, exr_codec=codec)
      for kind in ("TARGA", "TARGA_RAW"):
          for mode in ("BW", "RGB", "RGBA"): save("%s_%s.tga" % (kind, mode), file_format=kind, color_mode=mode)
      for codec in ("NONE", "DEFLATE", "LZW", "PACKBITS"):
          save("%s.tif" % codec, file_format="TIFF", color_mode="RGBA", color_depth="8", tiff_codec=codec)
      save("a16.tif", file_format="TIFF", color_mode="RGB", color_depth="16", tiff_codec="DEFLATE")
      for depth in ("8", "10", "12", "16"): save(depth + ".dpx", file_format="DPX", color_mode="RGB", color_depth=depth)
      save("a.hdr", file_format="HDR", color_mode="RGB")
      save("a.bmp", file_format="BMP", color_mode="RGB")
      save("a.rgb", file_format="IRIS", color_mode="RGBA")
      save("a.webp", file_format="WEBP", color_mode="RGBA", quality=90)
      save("whole.webp", file_format="WEBP", color_mode="RGB", quality=100)
      save("a.jp2", file_format="JPEG2000", color_mode="RGBA", color_depth="8", jpeg2k_codec="JP2")
      save("a.j2c", file_format="JPEG2000", color_mode="RGB", color_depth="8", jpeg2k_codec="J2K")
      save("a.cin", file_format="CINEON", color_mode="RGB")
      save("a16.png", file_format="PNG", color_mode="RGBA", color_depth="16")
      save("bw.png", file_format="PNG", color_mode="BW", color_depth="8")
      save("a.jpg", file_format="JPEG", color_mode="RGB")
      """;

  @TempDir Path folder;

  @Test
  void whole_files_are_ok_and_cut_or_emptied_ones_are_not() throws IOException {
    Scenes.make(folder, WRITE_ALL);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder.resolve("all"))) {
      files = all.sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(50);
    for (Path file : files) {
      assertThat(ImageCheck.check(file, "75x43"))
          .as("%s", file.getFileName())
          .isInstanceOf(ImageCheck.Ok.class);
      byte[] whole = Files.readAllBytes(file);
      Path cut = folder.resolve("cut-" + file.getFileName());
      for (int i = 0; i < 24; i++) {
        // A TIFF may end in a byte that only fills up.
        int last = file.toString().endsWith(".tif") ? 2 : 1;
        int length = i == 0 ? whole.length - last : (int) ((long) whole.length * i / 24);
        Files.write(cut, Arrays.copyOf(whole, length));
        assertThat(ImageCheck.check(cut))
            .as("%s cut to %d of %d", file.getFileName(), length, whole.length)
            .isInstanceOf(ImageCheck.Bad.class);
      }
    }
    for (String codec : List.of("ZIP", "ZIPS", "PIZ", "PXR24", "RLE", "DWAA", "DWAB")) {
      Path file = folder.resolve("all/OPEN_EXR_" + codec + "_16.exr");
      byte[] spoiled = Files.readAllBytes(file);
      Arrays.fill(spoiled, spoiled.length * 2 / 3, spoiled.length, (byte) 0);
      Files.write(file, spoiled);
      assertThat(ImageCheck.check(file)).as(codec).isInstanceOf(ImageCheck.Bad.class);
    }
  }
}
