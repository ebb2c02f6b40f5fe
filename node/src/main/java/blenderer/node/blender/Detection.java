package blenderer.node.blender;

import blenderer.model.Renderer;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.RendererKit;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the Blenders of this computer and asks each what it is. */
public final class Detection {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final String BLENDER = "blender";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PROBE = Pattern.compile("(?m)^BLENDERER_PROBE (\\{.*})\\s*$");

  private final ProcessControl control;
  private final String path;
  private final ProcessControl.Mark mark;

  /**
   * @param path the PATH to look in
   * @param mark what processes started here carry
   */
  public Detection(ProcessControl control, String path, ProcessControl.Mark mark) {
    this.control = control;
    this.path = path;
    this.mark = mark;
  }

  /**
   * Asks each; one that does not answer is said and left out.
   *
   * @param named paths that a person gave, of the program or its folder; none: look in the PATH
   * @param scratch an existing folder
   */
  public List<InstalledRenderer> blenders(RendererKit kit, List<String> named, Path scratch)
      throws InterruptedException {
    Set<Path> candidates = new LinkedHashSet<>();
    List<String> given = named.isEmpty() ? inPath() : named;
    for (String one : given) {
      try {
        Path file = Path.of(one).toAbsolutePath().normalize();
        candidates.add(Files.isDirectory(file) ? file.resolve(BLENDER) : file);
      } catch (InvalidPathException e) {
        LOG.warn("Left out: '{}' is not a path", one);
      }
    }
    List<InstalledRenderer> found = new ArrayList<>();
    for (Path candidate : candidates) {
      try {
        Renderer renderer = probe(kit, candidate, scratch);
        LOG.info("Found Blender {} at {}", renderer.version(), candidate);
        found.add(new InstalledRenderer(renderer, candidate));
      } catch (IOException e) {
        LOG.warn("Left out: the Blender at {} does not work: {}", candidate, e.getMessage());
      }
    }
    return found;
  }

  private List<String> inPath() {
    for (String folder : path.split(":", -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder).resolve(BLENDER);
      if (Files.isExecutable(file) && Files.isRegularFile(file)) {
        return List.of(file.toString());
      }
    }
    return List.of();
  }

  private Renderer probe(RendererKit kit, Path executable, Path scratch)
      throws IOException, InterruptedException {
    if (!Files.isRegularFile(executable)) {
      throw new IOException("there is no such file");
    }
    if (!Files.isExecutable(executable)) {
      throw new IOException("the file may not be run");
    }
    Path output = Files.createTempFile(scratch, "probe", ".txt");
    try {
      RunningAction action =
          control.start(
              new ProcessControl.Command(
                  List.of(
                      executable.toString(),
                      "-b",
                      "--factory-startup",
                      "-Y",
                      "--python-exit-code",
                      "3",
                      "--python",
                      kit.folder().resolve("probe.py").toString()),
                  Map.of(
                      "PATH",
                      path,
                      "HOME",
                      scratch.toString(),
                      "TMPDIR",
                      scratch.toString(),
                      "LANG",
                      "C.UTF-8",
                      mark.name(),
                      mark.value()),
                  scratch,
                  output));
      OptionalInt exit = action.await(PATIENCE);
      action.kill();
      String text = Files.readString(output);
      Matcher answer = PROBE.matcher(text);
      if (answer.find()) {
        return read(kit, answer.group(1));
      }
      if (exit.isEmpty()) {
        throw new IOException("it did not answer within " + PATIENCE.toSeconds() + " s");
      }
      String last = text.lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line);
      throw new IOException(
          "it ended with exit code "
              + exit.getAsInt()
              + (last.isEmpty() ? "" : " and said '" + last.strip() + "'"));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static Renderer read(RendererKit kit, String json) throws IOException {
    try {
      JsonNode answer = new ObjectMapper().readTree(json);
      List<String> features = new ArrayList<>();
      answer.path("features").forEach(feature -> features.add(feature.asText()));
      return new Renderer(kit.name(), answer.path("version").asText(), features);
    } catch (JsonProcessingException e) {
      throw new IOException("its answer cannot be read", e);
    }
  }
}
