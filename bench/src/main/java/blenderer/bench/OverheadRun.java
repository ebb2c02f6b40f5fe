package blenderer.bench;

import static java.util.Objects.requireNonNull;

import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.cli.local.LocalFarm;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One measured run of the farm or of Blender alone; each starts from nothing. */
final class OverheadRun {

  /** A run that did not do what it should. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failed(String message) {
      super(message);
    }
  }

  /**
   * A measured run.
   *
   * @param phases where the time went, in seconds
   */
  record Timed(double seconds, Map<String, Double> phases) {}

  private static final String SCENE_SCRIPT = "bench_scene.py";

  /** What is rendered; the script that makes it says what each is. */
  enum Scene {
    LIGHT("light: 200 cubes, 30 textures, linked library, Cycles, 320x180, 4 samples"),
    TEXTURES("textures: light with 200 textures of 512x512 pixels"),
    MESH("mesh: light with a mesh of 700,000 points in the scene file");

    private final String description;

    Scene(String description) {
      this.description = description;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    String description() {
      return description;
    }
  }

  private final Path folder;
  private final String blender;
  private final Path scene;
  private final PrintWriter err;
  private int runs = 0;

  /**
   * Makes the scene.
   *
   * @param blender the program, for everything that a Blender does
   */
  OverheadRun(Path folder, Scene kind, String blender, int frames, PrintWriter err)
      throws IOException, InterruptedException {
    this.folder = folder;
    this.blender = blender;
    this.err = err;
    Path script = folder.resolve(SCENE_SCRIPT);
    try (InputStream in =
        requireNonNull(OverheadRun.class.getResourceAsStream(SCENE_SCRIPT), SCENE_SCRIPT)) {
      Files.copy(in, script);
    }
    Path project = folder.resolve("project");
    blender(
        "--python-exit-code",
        "3",
        "--python",
        script + "",
        "--",
        project + "",
        frames + "",
        kind.word());
    scene = project.resolve(kind.word() + ".blend");
  }

  String blenderVersion() throws IOException, InterruptedException {
    Process process = new ProcessBuilder(blender, "--version").start();
    String first =
        new String(process.getInputStream().readAllBytes()).lines().findFirst().orElse("");
    process.waitFor();
    return first;
  }

  /** Seconds of {@code blender -a} over the first frames. */
  double blender(int frames, boolean persistent) throws IOException, InterruptedException {
    Path out = Files.createDirectories(folder.resolve("blender-" + ++runs));
    List<String> arguments = new ArrayList<>(List.of(scene.toString()));
    if (persistent) {
      arguments.addAll(
          List.of(
              "--python-expr", "import bpy; bpy.context.scene.render.use_persistent_data = True"));
    }
    arguments.addAll(List.of("-o", out + "/frame_####", "-s", "1", "-e", frames + "", "-a"));
    long start = System.nanoTime();
    blender(arguments.toArray(String[]::new));
    double seconds = (System.nanoTime() - start) / 1e9;
    requireFrames(out, frames);
    return seconds;
  }

  private void blender(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(blender, "-b", "--factory-startup", "-Y"));
    command.addAll(List.of(arguments));
    Path log = folder.resolve("blender.log");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (code != 0) {
      throw new Failed("Blender ended with exit code " + code + ":\n" + Files.readString(log));
    }
  }

  /**
   * A new server and node, then a {@code submit --download} process from its start to its end.
   *
   * @param nodeOptions more options for the node
   */
  Timed farm(int frames, String... nodeOptions) throws IOException, InterruptedException {
    Path mine = Files.createDirectories(folder.resolve("farm-" + ++runs));
    Path out = mine.resolve("out");
    try (LocalFarm farm = new LocalFarm(Files.createDirectories(mine.resolve("farm")))) {
      try (FarmClient client = startedFarm(farm, withBlender(nodeOptions))) {
        Path log = mine.resolve("submit.log");
        ProcessBuilder submit =
            new ProcessBuilder(
                    Path.of(System.getenv("BLENDERER_HOME"), "bin", "blenderer").toString(),
                    "submit",
                    scene.toString(),
                    "--blender",
                    blender,
                    "--connect",
                    farm.connection().toString(),
                    "--frames",
                    "1-" + frames,
                    "--download",
                    out.toString(),
                    "--wait")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        submit.environment().put("XDG_CACHE_HOME", mine.resolve("cache").toString());
        long wall = System.currentTimeMillis();
        long start = System.nanoTime();
        int code = submit.start().waitFor();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (code != 0) {
          farm.printLogs(err);
          throw new Failed("submit ended with exit code " + code + ":\n" + Files.readString(log));
        }
        requireFrames(out, frames);
        return new Timed(seconds, phases(client, wall, wall + Math.round(seconds * 1000)));
      }
    } catch (LocalFarm.NotStarted e) {
      throw new Failed(String.valueOf(e.getMessage()));
    }
  }

  private List<String> withBlender(String... nodeOptions) {
    List<String> all = new ArrayList<>(List.of("--blender", blender));
    all.addAll(List.of(nodeOptions));
    return all;
  }

  /** Bytes of the scene and of all that it uses. */
  long projectBytes() throws IOException {
    try (var files = Files.walk(scene.resolveSibling("."))) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
  }

  private static FarmClient startedFarm(LocalFarm farm, List<String> nodeOptions)
      throws IOException, InterruptedException, LocalFarm.NotStarted {
    farm.startServer();
    FarmClient client =
        new FarmClient(ConnectionString.read(farm.connection().toString(), System.in));
    Farm.Invite invite = client.invite(new Farm.NewInvite("node", 1, 600));
    farm.startNode("bench", requireNonNull(invite.secret()), nodeOptions);
    try {
      farm.awaitNode("bench", client);
    } catch (LocalFarm.NotStarted e) {
      client.close();
      throw e;
    }
    return client;
  }

  /** Where the time went, by the clocks of server and node, which are this computer's. */
  private static Map<String, Double> phases(FarmClient client, long start, long end) {
    Jobs.Job job = client.jobs(FarmClient.JobFilter.ALL).jobs().getFirst();
    long first = Long.MAX_VALUE;
    long last = 0;
    double rendering = 0;
    FarmClient.TaskFilter filter = FarmClient.TaskFilter.ALL;
    while (true) {
      Jobs.AttemptPage page = client.attempts(job.id(), filter);
      for (Jobs.Attempt attempt : page.attempts()) {
        first = Math.min(first, attempt.startedAt());
        last = Math.max(last, attempt.endedAt());
        rendering += (attempt.endedAt() - attempt.startedAt()) / 1000.0;
      }
      if (page.next() == null) {
        break;
      }
      filter = filter.after(page.next());
    }
    Map<String, Double> phases = new TreeMap<>();
    phases.put("submitToJob", (job.submittedAt() - start) / 1000.0);
    phases.put("jobToFirstFrameBegun", (first - job.submittedAt()) / 1000.0);
    phases.put("firstFrameBegunToLastRendered", (last - first) / 1000.0);
    phases.put("sumOfFrames", rendering);
    phases.put("lastRenderedToEnd", (end - last) / 1000.0);
    return phases;
  }

  private static void requireFrames(Path out, int frames) throws IOException {
    try (var files = Files.walk(out)) {
      long found = files.filter(file -> file.toString().endsWith(".png")).count();
      if (found != frames) {
        throw new Failed("there are " + found + " frames in " + out + " instead of " + frames);
      }
    }
  }
}
