package blenderer.node.render;

import blenderer.model.Renderer;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import blenderer.renderers.RendererInfo;
import blenderer.renderers.builds.BuildCache;
import blenderer.renderers.builds.BuildFiles;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the renderers of this computer, as their {@code renderer.yaml} says, and asks each. */
public final class Detection {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_SAID = 1 << 20;

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
   * Asks each program of a renderer; one that does not answer is said and left out.
   *
   * @param folder where the renderer's files lie on this computer
   * @param named paths that a person gave, of the program or its folder; none: look in the PATH
   * @param scratch an existing folder
   */
  public List<InstalledRenderer> find(
      RendererInfo info, Path folder, List<String> named, Path scratch)
      throws InterruptedException {
    RendererInfo.Program program = info.program();
    if (program == null) {
      // Its scripts need nothing but a shell.
      return List.of(
          new InstalledRenderer(new Renderer(info.name(), "1", List.of()), Path.of("/bin/sh")));
    }
    List<InstalledRenderer> found = new ArrayList<>();
    for (Path candidate : candidates(program, named)) {
      try {
        Path memory = scratch.resolve("builds");
        Renderer renderer =
            new Probe(info.name(), program, folder, candidate, scratch)
                .ask(
                    resources ->
                        new BuildCache(memory).digest(BuildFiles.of(candidate, resources)));
        if (!renderer.build().isEmpty()
            && found.stream().anyMatch(one -> one.renderer().equals(renderer))) {
          LOG.info("Left out: the {} at {} is another copy of one", info.title(), candidate);
          continue;
        }
        String which = renderer.label().substring(renderer.name().length() + 1);
        LOG.info("Found {} {} at {}", info.title(), which, candidate);
        found.add(new InstalledRenderer(renderer, candidate));
      } catch (IOException e) {
        LOG.warn(
            "Left out: the {} at {} does not work: {}", info.title(), candidate, e.getMessage());
      }
    }
    return found;
  }

  /**
   * Asks a program that nobody vouches for; what it says of its files is not taken from it.
   *
   * @param program in a folder that holds only what belongs to it
   * @param home what it may write
   * @param memory of builds, where it may not write
   */
  public Renderer askStranger(RendererInfo info, Path folder, Path program, Path home, Path memory)
      throws IOException, InterruptedException {
    RendererInfo.Program how = info.program();
    Path own = program.getParent();
    if (how == null || own == null) {
      throw new IOException("there is no way to ask it");
    }
    BuildFiles files = BuildFiles.of(program, List.of(own));
    return new Probe(info.name(), how, folder, program, home)
        .ask(_ -> new BuildCache(memory).digest(files));
  }

  /** Tells the build of a program with these folders of resources. */
  @FunctionalInterface
  private interface BuildTeller {
    String tell(List<Path> resources) throws IOException;
  }

  private Set<Path> candidates(RendererInfo.Program program, List<String> named) {
    Set<Path> candidates = new LinkedHashSet<>();
    if (named.isEmpty()) {
      for (String folder : path.split(":", -1)) {
        for (String name : program.names()) {
          Path file = Path.of(folder.isEmpty() ? "." : folder).resolve(name).toAbsolutePath();
          if (Files.isExecutable(file) && Files.isRegularFile(file)) {
            return Set.of(file.normalize());
          }
        }
      }
    }
    for (String one : named) {
      try {
        Path file = Path.of(one).toAbsolutePath().normalize();
        candidates.add(Files.isDirectory(file) ? file.resolve(program.names().getFirst()) : file);
      } catch (InvalidPathException e) {
        LOG.warn("Left out: '{}' is not a path", one);
      }
    }
    return candidates;
  }

  /** The questions to one program. */
  private final class Probe {
    private final String name;
    private final RendererInfo.Program program;
    private final Path folder;
    private final Path executable;
    private final Path scratch;

    Probe(String name, RendererInfo.Program program, Path folder, Path executable, Path scratch) {
      this.name = name;
      this.program = program;
      this.folder = folder;
      this.executable = executable;
      this.scratch = scratch;
    }

    Renderer ask(BuildTeller builds) throws IOException, InterruptedException {
      if (!Files.isRegularFile(executable)) {
        throw new IOException("there is no such file");
      }
      if (!Files.isExecutable(executable)) {
        throw new IOException("the file may not be run");
      }
      Pattern json = program.json();
      if (json != null) {
        return read(answer(program.ask(), json), builds);
      }
      Pattern version = program.version();
      String found = version == null ? "" : answer(program.ask(), version);
      Set<String> features = new TreeSet<>();
      for (RendererInfo.Features question : program.features()) {
        Matcher match = question.match().matcher(output(question.ask()).text());
        while (match.find()) {
          features.add(match.group(1));
        }
      }
      return new Renderer(name, found, List.copyOf(features));
    }

    private String answer(List<String> arguments, Pattern pattern)
        throws IOException, InterruptedException {
      Said said = output(arguments);
      Matcher answer = pattern.matcher(said.text());
      if (answer.find()) {
        return answer.group(1);
      }
      if (said.exit().isEmpty()) {
        throw new IOException("it did not answer within " + PATIENCE.toSeconds() + " s");
      }
      String last =
          said.text().lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line);
      throw new IOException(
          "it ended with exit code "
              + said.exit().getAsInt()
              + (last.isEmpty() ? "" : " and said '" + last.strip() + "'"));
    }

    /**
     * What the program printed.
     *
     * @param exit empty: it had to be stopped
     */
    private record Said(String text, OptionalInt exit) {}

    private Said output(List<String> arguments) throws IOException, InterruptedException {
      List<String> line = new ArrayList<>();
      line.add(executable.toString());
      arguments.forEach(argument -> line.add(argument.replace("{folder}", folder.toString())));
      Path output = Files.createTempFile(scratch, "probe", ".txt");
      // Opened before anything runs: a stranger could put something else in its place.
      try (FileChannel said = FileChannel.open(output, StandardOpenOption.READ)) {
        RunningAction action =
            control.start(
                new ProcessControl.Command(
                    line,
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
        byte[] text = Channels.newInputStream(said).readNBytes(MOST_SAID);
        return new Said(new String(text, StandardCharsets.UTF_8), exit);
      } finally {
        Files.deleteIfExists(output);
      }
    }

    /** One that cannot be told can still render whatever is pinned to no build. */
    private String build(List<Path> resources, BuildTeller builds) {
      try {
        return builds.tell(resources);
      } catch (IOException e) {
        LOG.warn("Which build {} is cannot be told: {}", executable, e.getMessage());
        return "";
      }
    }

    private Renderer read(String json, BuildTeller builds) throws IOException {
      try {
        JsonNode answer = new ObjectMapper().readTree(json);
        List<String> features = new ArrayList<>();
        answer.path("features").forEach(feature -> features.add(feature.asText()));
        List<Path> resources = new ArrayList<>();
        answer.path("resources").forEach(folder -> resources.add(Path.of(folder.asText())));
        String build = resources.isEmpty() ? "" : build(resources, builds);
        return new Renderer(name, answer.path("version").asText(), features, build);
      } catch (JsonProcessingException e) {
        throw new IOException("its answer cannot be read", e);
      }
    }
  }
}
