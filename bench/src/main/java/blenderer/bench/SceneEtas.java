package blenderer.bench;

import static java.util.Objects.requireNonNull;

import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.cli.local.LocalFarm;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Real scenes on a farm of one node, one job after the other: what people are told when a tenth is
 * done, and what came. A scene that the farm does not take, such as one without a camera, is left
 * out and counted.
 */
final class SceneEtas {

  static final int FEWEST_FRAMES = 10;

  private final Path scenes;

  /** Options that name it. */
  private final List<String> blender;

  private final int frames;
  private final String resolution;
  private final int samples;
  private final EtaScore score = new EtaScore();
  private int refused = 0;

  SceneEtas(Path scenes, @Nullable String blender, int frames, String resolution, int samples) {
    this.scenes = scenes;
    this.blender =
        blender == null
            ? List.of()
            : List.of("--blender", Path.of(blender).toAbsolutePath().toString());
    this.frames = frames;
    this.resolution = resolution;
    this.samples = samples;
  }

  int print() throws IOException, InterruptedException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(scenes)) {
      all = files.filter(file -> file.toString().endsWith(".blend")).sorted().toList();
    }
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("bench", "eta").put("scenes", all.size()).put("frames", frames);
    line.put("resolution", resolution).put("samples", samples);
    ArrayNode missed = line.putArray("missed");
    Path folder = Files.createTempDirectory("blenderer-bench").toRealPath();
    try (LocalFarm farm = new LocalFarm(Files.createDirectories(folder.resolve("farm")))) {
      farm.startServer();
      try (FarmClient client =
          new FarmClient(ConnectionString.read(farm.connection().toString(), System.in))) {
        Farm.Invite invite = client.invite(new Farm.NewInvite("node", 1, 600));
        farm.startNode("bench", requireNonNull(invite.secret()), blender);
        farm.awaitNode("bench", client);
        for (Path scene : all) {
          one(farm, client, folder, scene, missed);
        }
      }
    } catch (LocalFarm.NotStarted e) {
      System.err.println("error [bench-failed] " + e.getMessage());
      return 1;
    } finally {
      LocalFarm.deleteTree(folder);
    }
    line.put("refused", refused).put("heldAtATenth", score.held());
    score.into(line);
    System.out.println(line);
    return 0;
  }

  private void one(LocalFarm farm, FarmClient client, Path folder, Path scene, ArrayNode missed)
      throws IOException, InterruptedException {
    Path out = folder.resolve("submit.json");
    List<String> submit = new ArrayList<>();
    submit.addAll(
        List.of(
            Path.of(requireNonNull(System.getenv("BLENDERER_HOME")), "bin", "blenderer").toString(),
            "submit",
            scene.toString(),
            "--connect",
            farm.connection().toString(),
            "--engine",
            "CYCLES",
            "--frames",
            "1-" + frames,
            "--resolution",
            resolution,
            "--samples",
            Integer.toString(samples),
            "--format",
            "PNG",
            "--allow-missing",
            "--json"));
    submit.addAll(blender);
    int code =
        new ProcessBuilder(submit)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("submit.log").toFile())
            .start()
            .waitFor();
    if (code != 0) {
      refused++;
      return;
    }
    String id = new ObjectMapper().readTree(out.toFile()).get("id").asText();
    double low = -1;
    double high = -1;
    long told = 0;
    Jobs.Job job = client.job(id);
    while (job.finishedAt() == null) {
      Double least = job.secondsLeftLow();
      Double most = job.secondsLeftHigh();
      if (told == 0 && job.tasks().done() >= frames / 10 && least != null && most != null) {
        told = System.nanoTime();
        low = least;
        high = most;
      }
      Thread.sleep(100);
      job = client.job(id);
    }
    if (!job.state().equals("done") || told == 0) {
      System.err.println(scene + " is left out: it ended as " + job.state());
      refused++;
      return;
    }
    double actual = (System.nanoTime() - told) / 1e9;
    score.add(low, high, actual);
    String words =
        String.format(
            Locale.ROOT,
            "%s: told %.1f to %.1f s, came %.1f s",
            scenes.relativize(scene),
            low,
            high,
            actual);
    System.err.println(words);
    if (actual < low || actual > high) {
      missed.add(words);
    }
  }
}
