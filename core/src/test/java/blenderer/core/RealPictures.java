package blenderer.core;

import blenderer.testkit.TestBlender;
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
 * Sequences that real renderers made, small and short, each hard in a way of its own: shots of four
 * places by POV-Ray, the demo scene with its textures and without them, and titles by others.
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
        "headlights"),
    /** By these nothing was chosen. */
    HARBOUR(
        "harbour.pov",
        "dolly",
        "crane",
        "swell",
        "searchlight",
        "five frames",
        "to white",
        "storm",
        "windows",
        "fog bank",
        "on foot",
        "train",
        "there and back",
        "fireworks",
        "count down",
        "flag",
        "news",
        "out in out",
        "old film");

    private final String file;
    final List<String> shots;

    Place(String file, String... shots) {
      this.file = file;
      this.shots = List.of(shots);
    }
  }

  private static final String DEMO = "s.frame_start, s.frame_end = 1, FRAMES";
  private static final String TITLE =
      """
      r.engine, r.use_overwrite = "CYCLES", True
      s.frame_start = max(s.frame_start, (s.frame_start + s.frame_end - FRAMES) // 2)
      s.frame_end, s.frame_step = s.frame_start + FRAMES - 1, 1
      """;

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
  List<BufferedImage> demo(TestBlender blender, int frames)
      throws IOException, InterruptedException {
    Path scene = repository().resolve("renderers/blender/demo/scene.blend");
    return rendered(blender, scene, frames, DEMO);
  }

  /** Frames of the demo scene whose textures are not there. */
  List<BufferedImage> pink(TestBlender blender, int frames)
      throws IOException, InterruptedException {
    Path demo = repository().resolve("renderers/blender/demo");
    Path bare = Files.createTempDirectory(folder, "bare");
    Files.createDirectories(bare.resolve("library"));
    Files.copy(demo.resolve("scene.blend"), bare.resolve("scene.blend"));
    Files.copy(demo.resolve("library/props.blend"), bare.resolve("library/props.blend"));
    return rendered(blender, bare.resolve("scene.blend"), frames, DEMO);
  }

  /** Animated titles of a video editor, made by others: frames in the middle of each. */
  Map<String, List<BufferedImage>> titles(int frames) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "corpus", ".txt");
    Process fetch =
        new ProcessBuilder(repository().resolve("build-tools/corpus.sh") + "", "openshot-qt")
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (fetch.waitFor() != 0) {
      throw new IOException("the corpus cannot be fetched");
    }
    Path corpus = Path.of(Files.readString(out).strip().lines().toList().getLast());
    Map<String, List<BufferedImage>> all = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(corpus.resolve("openshot-qt"))) {
      for (Path scene : files.filter(file -> (file + "").endsWith(".blend")).sorted().toList()) {
        String name = (scene.getFileName() + "").replace(".blend", "");
        all.put(name, rendered(TestBlender.first(), scene, frames, TITLE));
      }
    }
    return all;
  }

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("renderers")) ? here : here.resolve("..").normalize();
  }

  private List<BufferedImage> rendered(TestBlender blender, Path scene, int frames, String changes)
      throws IOException, InterruptedException {
    Path out = Files.createTempDirectory(folder, "rendered");
    String settings =
        """
        import bpy
        s = bpy.context.scene
        r = s.render
        r.resolution_x, r.resolution_y, r.resolution_percentage = %d, %d, 100
        s.cycles.samples, s.cycles.use_denoising = 2, False
        r.image_settings.file_format, r.filepath = "PNG", "%s/f_"
        """
                .formatted(WIDTH, HEIGHT, out)
            + changes.replace("FRAMES", "" + frames);
    run(
        List.of(
            blender.program().toString(),
            "-b",
            "--factory-startup",
            "-Y",
            scene.toString(),
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
