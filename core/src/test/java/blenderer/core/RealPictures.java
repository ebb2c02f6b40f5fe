package blenderer.core;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Sequences that real renderers made, small and short, each hard in a way of its own: shots of
 * three places by POV-Ray, and the demo scene with its textures and without them.
 */
final class RealPictures {

  static final int WIDTH = 96;
  static final int HEIGHT = 54;

  /** A place, and its shots in the order of the numbers in its file. */
  enum Place {
    YARD(
        "shots.pov",
        "steady move",
        "fast motion",
        "to black and back",
        "low light",
        "cuts",
        "transparent",
        "flicker",
        "whip pan"),
    TABLE(
        "table.pov",
        "orbit",
        "letters",
        "strobe",
        "lines",
        "into fog",
        "a day",
        "names",
        "iris",
        "shaken",
        "lightning",
        "snow"),
    AVENUE(
        "avenue.pov",
        "pan",
        "zoom",
        "montage",
        "flashes",
        "pulse",
        "out of fog",
        "dawn to dusk",
        "title",
        "wire frame",
        "credits",
        "to black",
        "out of black",
        "torch",
        "whole turns",
        "sparks",
        "rough road",
        "headlights");

    private final String file;
    final List<String> shots;

    Place(String file, String... shots) {
      this.file = file;
      this.shots = List.of(shots);
    }
  }

  private final Path folder;

  RealPictures(Path folder) {
    this.folder = folder;
  }

  /** All shots of a place by name. */
  Map<String, List<BufferedImage>> shots(Place place, int frames)
      throws IOException, InterruptedException {
    Map<String, List<BufferedImage>> all = new LinkedHashMap<>();
    for (String shot : place.shots) {
      all.put(shot, shot(place, shot, frames));
    }
    return all;
  }

  /** The frames of one shot. */
  List<BufferedImage> shot(Place place, String shot, int frames)
      throws IOException, InterruptedException {
    Path scene = folder.resolve(place.file);
    try (InputStream in = RealPictures.class.getResourceAsStream("/looks/" + place.file)) {
      Files.write(scene, in == null ? new byte[0] : in.readAllBytes());
    }
    Path out = Files.createTempDirectory(folder, "shot");
    run(
        List.of(
            "povray",
            "+I" + scene,
            "+O" + out + "/f_",
            "+KFI1",
            "+KFF" + frames,
            "+W" + WIDTH,
            "+H" + HEIGHT,
            "-D",
            "-V",
            "+UA",
            "+FN",
            "Declare=Shot=" + place.shots.indexOf(shot)));
    return read(out);
  }

  /** The demo scene. */
  List<BufferedImage> demo(int frames) throws IOException, InterruptedException {
    return demo(repository().resolve("renderers/blender/demo"), frames);
  }

  /** Frames of the demo scene whose textures are not there. */
  List<BufferedImage> pink(int frames) throws IOException, InterruptedException {
    Path demo = repository().resolve("renderers/blender/demo");
    Path bare = Files.createDirectories(folder.resolve("bare/library"));
    Files.copy(demo.resolve("scene.blend"), folder.resolve("bare/scene.blend"));
    Files.copy(demo.resolve("library/props.blend"), bare.resolve("props.blend"));
    return demo(folder.resolve("bare"), frames);
  }

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("renderers")) ? here : here.resolve("..").normalize();
  }

  private List<BufferedImage> demo(Path scene, int frames)
      throws IOException, InterruptedException {
    Path out = Files.createTempDirectory(folder, "demo");
    String settings =
        """
        import bpy
        s = bpy.context.scene
        r = s.render
        r.resolution_x, r.resolution_y, r.resolution_percentage = %d, %d, 100
        s.cycles.samples, s.cycles.use_denoising = 2, False
        r.image_settings.file_format, r.filepath = "PNG", "%s/f_"
        s.frame_start, s.frame_end = 1, %d
        """
            .formatted(WIDTH, HEIGHT, out, frames);
    run(
        List.of(
            "blender",
            "-b",
            "--factory-startup",
            "-Y",
            scene.resolve("scene.blend").toString(),
            "--python-exit-code",
            "3",
            "--python-expr",
            settings,
            "-a"));
    return read(out);
  }

  private static List<BufferedImage> read(Path out) throws IOException {
    List<BufferedImage> frames = new ArrayList<>();
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.sorted().toList()) {
        frames.add(ImageIO.read(file.toFile()));
      }
    }
    return frames;
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "run", ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .directory(folder.toFile())
            .start();
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command.getFirst() + " failed: " + Files.readString(log));
    }
  }
}
