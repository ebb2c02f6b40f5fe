package blenderer.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Renders many scenes on a farm and with plain Blender, and compares pixels: frames of the first
 * eight of each scene's range, at 64x36 and with two samples.
 *
 * <p>What plain Blender renders is asked for in its own words, through {@code -a}: nothing of the
 * farm's code takes part in it.
 */
final class CorpusRun {

  /**
   * What came of a scene.
   *
   * @param good whether it is what the farm promises
   * @param saved the Blender that saved it, such as {@code 2.48}; empty if none could read it
   * @param frames how many frames are as they should be: identical, without a missing file, and
   *     with something in them
   * @param flagged what the farm flags among these, a code for each
   */
  record Outcome(boolean good, String words, String saved, int frames, List<String> flagged) {}

  /** A scene with what was seen of it. */
  private record Begun(
      Path scene,
      Map<Path, List<Path>> plain,
      String saved,
      @Nullable String job,
      String blocked,
      String note) {

    Outcome outcome(boolean good, String words) {
      return new Outcome(good, words, saved, 0, List.of());
    }
  }

  private static final String SIZE = "64x36";
  private static final String SAMPLES = "2";

  private static final String CHANGES =
      """
      import bpy
      s = bpy.context.scene
      if '%1$s': s.render.engine = '%1$s'
      s.render.resolution_x, s.render.resolution_y, s.render.resolution_percentage = 64, 36, 100
      if s.render.engine == 'CYCLES': s.cycles.samples = 2
      elif 'EEVEE' in s.render.engine: s.eevee.taa_render_samples = 2
      s.render.image_settings.file_format = 'PNG'
      s.render.use_overwrite = True; s.render.use_placeholder = False
      s.frame_end = s.frame_start + 7; s.frame_step = %2$d
      print('\\nSAVED %%d.%%d' %% bpy.data.version[:2], flush=True)
      """;

  private static final Pattern ERROR = Pattern.compile("(?m)^error \\[([a-z-]+)\\] (.*)$");
  private static final Pattern SAVED = Pattern.compile("(?m)^SAVED (\\S+)$");
  private static final Pattern QUOTED = Pattern.compile("(?m)^\\s+\\S+ '([^']+)'");

  private final FarmProcesses farm;
  private final List<Path> blenders;
  private final String engine;
  private final Path work;
  private final int step;

  /**
   * @param blenders those of the farm's nodes; a scene is submitted with the first of them
   * @param engine Blender's name of the engine; empty: the scene's own
   * @param step from one frame to the next: 7 for the first and the last of the eight, 1 for all
   */
  CorpusRun(FarmProcesses farm, List<Path> blenders, String engine, String name, int step) {
    this.engine = engine;
    this.step = step;
    this.farm = farm;
    this.blenders = List.copyOf(blenders);
    this.work = farm.folder.resolve(name);
  }

  /** All scenes, a few at a time; the outcome of each, in their order. */
  Map<Path, Outcome> compare(List<Path> scenes) throws Exception {
    Map<Path, Future<Begun>> begun = new LinkedHashMap<>();
    Map<Path, Outcome> outcomes = new LinkedHashMap<>();
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < scenes.size(); i++) {
        Path scene = scenes.get(i);
        Path folder = Files.createDirectories(work.resolve("scene" + i));
        begun.put(scene, two.submit(() -> begin(scene, folder)));
      }
      int at = 0;
      for (Path scene : scenes) {
        outcomes.put(
            scene,
            end(Objects.requireNonNull(begun.get(scene)).get(), work.resolve("scene" + at++)));
      }
    }
    return outcomes;
  }

  private Begun begin(Path scene, Path folder) {
    Map<Path, List<Path>> all = new LinkedHashMap<>();
    StringBuilder said = new StringBuilder();
    for (Path blender : blenders) {
      Path into = folder.resolve("plain" + all.size());
      said.append(renderPlainly(blender, scene, into).all());
      all.put(blender, images(into));
    }
    List<Path> images = all.getOrDefault(blenders.getFirst(), List.of());
    Matcher version = SAVED.matcher(said);
    String saved = version.find() ? version.group(1) : "";
    Run submitted = submit(scene, images);
    if (submitted.code() == 0) {
      return new Begun(scene, all, saved, id(submitted), "", "");
    }
    Matcher error = ERROR.matcher(submitted.err());
    if (!error.find()) {
      return new Begun(scene, all, saved, null, "", "no job and no error:\n" + submitted);
    }
    String code = error.group(1);
    String untrue = untrue(code, submitted, said.toString(), images);
    if (!untrue.isEmpty() || code.equals("no-camera")) {
      return new Begun(scene, all, saved, null, code, untrue);
    }
    // The warning was true; who renders all the same gets what Blender makes of it.
    Run forced = submit(scene, images, "--allow-missing");
    return forced.code() == 0
        ? new Begun(scene, all, saved, id(forced), code, "")
        : new Begun(scene, all, saved, null, code, "--allow-missing did not help:\n" + forced);
  }

  private Run renderPlainly(Path blender, Path scene, Path into) {
    return plainly(blender, scene, "-x", "1", "-o", into.resolve("plain_######").toString(), "-a");
  }

  /** A frame by a call of its own, in a fresh process and after each of the job's frames. */
  private Stream<Pixels> calledAlone(Path blender, Begun begun, long frame, Path folder) {
    Path into = folder.resolve("alone" + blenders.indexOf(blender) + "-" + frame);
    List<String> after = new ArrayList<>(List.of("-x", "1"));
    for (Path image : begun.plain().getOrDefault(blender, List.of())) {
      long before = number(image);
      String name = before == frame ? "fresh" : "after";
      call(after, into.resolve(name), before);
      call(after, into.resolve("after" + before), frame);
    }
    plainly(blender, begun.scene(), after.toArray(String[]::new));
    return images(into).stream().filter(image -> number(image) == frame).map(Pixels::of);
  }

  private static void call(List<String> arguments, Path into, long frame) {
    arguments.addAll(List.of("-o", into.resolve("frame_######").toString(), "-f", "" + frame));
  }

  private Run plainly(Path blender, Path scene, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                blender.toString(),
                "-b",
                "--factory-startup",
                "-Y",
                scene.toString(),
                "--python-exit-code",
                "3",
                "--python-expr",
                CHANGES.formatted(engine, step)));
    command.addAll(List.of(arguments));
    return Run.of(Duration.ofMinutes(5), Dist.root(), Map.of(), command);
  }

  private Run submit(Path scene, List<Path> images, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "submit",
                scene.toString(),
                "--blender",
                blenders.getFirst().toString(),
                "--resolution",
                SIZE,
                "--samples",
                SAMPLES,
                "--format",
                "PNG",
                "--json"));
    if (!images.isEmpty()) {
      command.add("--frames");
      command.add(String.join(",", images.stream().map(i -> "" + number(i)).toList()));
    }
    if (!engine.isEmpty()) {
      command.addAll(List.of("--engine", engine));
    }
    command.addAll(List.of(more));
    return farm.cli(command.toArray(String[]::new));
  }

  private static String id(Run submitted) {
    return Json.of(submitted.out()).get("id").asText();
  }

  /** Why a block of this code was wrong; empty if it was right. */
  private static String untrue(String code, Run submitted, String plain, List<Path> images) {
    return switch (code) {
      case "no-camera" ->
          images.isEmpty() && plain.contains("Cannot render, no camera")
              ? ""
              : "blocked for want of a camera, and plain Blender rendered " + images.size();
      case "missing-files" -> {
        List<String> there =
            QUOTED
                .matcher(submitted.err())
                .results()
                .map(match -> match.group(1))
                .filter(file -> Files.exists(Path.of(file)))
                .toList();
        yield there.isEmpty() ? "" : "said to be missing, and are there: " + there;
      }
      default -> submitted.err();
    };
  }

  private Outcome end(Begun begun, Path folder) throws IOException {
    if (!begun.note().isEmpty()) {
      return begun.outcome(false, begun.blocked() + " " + begun.note());
    }
    String id = begun.job();
    String blocked = begun.blocked().isEmpty() ? "" : "blocked: " + begun.blocked();
    if (id == null) {
      return begun.outcome(true, blocked);
    }
    Patience.until(
        Duration.ofMinutes(5),
        () -> "job " + id + " ends: " + farm.job(id),
        () -> List.of("done", "failed", "cancelled").contains(state(id)));
    JsonNode job = farm.job(id);
    if (!job.get("state").asText().equals("done")) {
      return begun.outcome(
          false,
          job.get("state").asText()
              + " "
              + job.path("message").asText()
              + " "
              + farm.cli("job", id, "--tasks").out());
    }
    Path ours = folder.resolve("ours");
    farm.cli("download", id, "--to", ours.toString()).expect(0);
    String differs = differences(id, begun, folder, images(ours));
    if (!differs.isEmpty()) {
      return begun.outcome(false, differs);
    }
    if (!blocked.isEmpty()) {
      return begun.outcome(true, blocked + "; identical with --allow-missing");
    }
    List<String> all = flagged(id, true);
    List<String> flagged = flagged(id, false);
    String words =
        all.isEmpty() ? "identical" : "identical; " + all.size() + " flagged " + all.getFirst();
    int shown = (int) images(ours).stream().filter(image -> !Pixels.of(image).isNothing()).count();
    return new Outcome(true, words, begun.saved(), shown, flagged);
  }

  /**
   * A code for each flagged frame.
   *
   * @param nothing whether also of those in which plain Blender shows nothing either: all black, or
   *     all transparent
   */
  private List<String> flagged(String id, boolean nothing) {
    return Json.of(farm.cli("frames", id, "--flagged", "--json").expect(0).out())
        .valueStream()
        .filter(frame -> nothing || !showsNothing(frame.get("look")))
        .map(frame -> frame.get("flags").get(0).get("code").asText())
        .toList();
  }

  private static boolean showsNothing(JsonNode look) {
    return look.get("black").asDouble() == 1 || look.get("transparent").asDouble() == 1;
  }

  private String state(String id) {
    return farm.job(id).get("state").asText();
  }

  /**
   * Each frame must be that of the Blender that rendered it: of its {@code -a}, or of its {@code
   * -f} after another frame. EEVEE of 3.4 gives other pixels to the latter in a few scenes.
   */
  private String differences(String job, Begun begun, Path folder, List<Path> ours) {
    Map<Path, List<Path>> plain = begun.plain();
    int wanted = plain.getOrDefault(blenders.getFirst(), List.of()).size();
    if (wanted == 0 || wanted != ours.size()) {
      return "plain Blender rendered " + wanted + " frames, the farm " + ours.size();
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < wanted; i++) {
      // The artist's own names may have digits of their own before the number.
      long frame = number(plain.getOrDefault(blenders.getFirst(), List.of()).get(i));
      Path by = blenders.size() == 1 ? blenders.getFirst() : rendererOf(job, frame);
      Pixels expected = Pixels.of(plain.getOrDefault(by, List.of()).get(i));
      Pixels found = Pixels.of(ours.get(i));
      if (!found.equals(expected)
          && calledAlone(by, begun, frame, folder).noneMatch(found::equals)) {
        all.append(ours.get(i).getFileName())
            .append(" differs: ")
            .append(found.differenceTo(expected))
            .append(' ');
      }
    }
    return all.toString().strip();
  }

  private Path rendererOf(String job, long frame) {
    JsonNode attempts =
        Json.of(farm.cli("logs", job, "--frames", "" + frame, "--json").expect(0).out());
    String renderer = attempts.get(attempts.size() - 1).get("renderer").asText();
    return blenders.stream()
        .filter(blender -> renderer.contains(Corpus.version(blender)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody knows the renderer '" + renderer + "'"));
  }

  /** By the number of the frame. */
  private static List<Path> images(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".png"))
          .sorted((a, b) -> Long.compare(number(a), number(b)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(Path image) {
    Matcher digits = Pattern.compile("(\\d+)\\.png$").matcher(image.getFileName().toString());
    return digits.find() ? Long.parseLong(digits.group(1)) : -1;
  }
}
