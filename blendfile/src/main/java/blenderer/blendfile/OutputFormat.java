package blenderer.blendfile;

import java.util.Map;
import java.util.Set;

/**
 * The numbers of output formats in a .blend ({@code R_IMF_IMTYPE_*} of Blender's
 * DNA_scene_types.h), by the names that Blender's Python gives them.
 */
final class OutputFormat {

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(0, "TARGA"),
          Map.entry(1, "IRIS"),
          Map.entry(4, "JPEG"),
          Map.entry(7, "IRIZ"),
          Map.entry(14, "TARGA_RAW"),
          Map.entry(15, "AVI_RAW"),
          Map.entry(16, "AVI_JPEG"),
          Map.entry(17, "PNG"),
          Map.entry(18, "AVI_CODEC"),
          Map.entry(19, "QUICKTIME"),
          Map.entry(20, "BMP"),
          Map.entry(21, "HDR"),
          Map.entry(22, "TIFF"),
          Map.entry(23, "OPEN_EXR"),
          Map.entry(24, "FFMPEG"),
          Map.entry(25, "FRAMESERVER"),
          Map.entry(26, "CINEON"),
          Map.entry(27, "DPX"),
          Map.entry(28, "OPEN_EXR_MULTILAYER"),
          Map.entry(29, "DDS"),
          Map.entry(30, "JPEG2000"),
          Map.entry(31, "H264"),
          Map.entry(32, "XVID"),
          Map.entry(33, "THEORA"),
          Map.entry(34, "PSD"),
          Map.entry(35, "WEBP"),
          Map.entry(36, "AV1"));

  private static final Set<Integer> MOVIES = Set.of(15, 16, 18, 19, 24, 25, 31, 32, 33, 36);

  private OutputFormat() {}

  static String name(int number) {
    return NAMES.getOrDefault(number, "");
  }

  static boolean isMovie(int number) {
    return MOVIES.contains(number);
  }
}
