package blenderer.node.selftest;

import blenderer.cas.CasException;
import blenderer.cas.ManifestTree;
import blenderer.model.Failure;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.ShippedKit;
import blenderer.node.sandbox.BoxPlan;
import blenderer.node.sandbox.Sandbox;
import blenderer.node.sandbox.SessionBox;
import blenderer.node.session.SessionPlan;
import blenderer.renderers.ImageCheck;
import blenderer.renderers.Picture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Renders the known picture of each renderer that has one, and compares. A node without such a
 * renderer runs a plain command and looks at what it wrote.
 */
public final class SelfTest {

  /** In a renderer's folder: leaves {@code picture.png} in the current folder. */
  static final String SCRIPT = "selftest.sh";

  /** In a renderer's folder: what the picture looks like. */
  static final String KNOWN = "selftest.png";

  private static final String PICTURE = "picture.png";
  private static final String SAID = "said.txt";

  /** Of the way from black to white, on average: more than builds and processors differ. */
  private static final double MOST_DISTANCE = 0.02;

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long MOST_PIXELS = 1 << 20;

  private final Sandbox sandbox;
  private final List<ShippedKit> kits;
  private final List<InstalledRenderer> renderers;
  private final Path nodeFolder;
  private final String path;
  private final Path folder;

  /**
   * @param nodeFolder stays out of sight of what runs
   * @param path the PATH of what it starts
   * @param folder an existing folder of the node's own
   */
  public SelfTest(
      Sandbox sandbox,
      List<ShippedKit> kits,
      List<InstalledRenderer> renderers,
      Path nodeFolder,
      String path,
      Path folder) {
    this.sandbox = sandbox;
    this.kits = List.copyOf(kits);
    this.renderers = List.copyOf(renderers);
    this.nodeFolder = nodeFolder;
    this.path = path;
    this.folder = folder;
  }

  /**
   * Tests everything there is to test.
   *
   * @return what went wrong first, as a clause; empty: nothing did
   */
  public Optional<String> run() throws InterruptedException {
    boolean any = false;
    for (InstalledRenderer renderer : renderers) {
      ShippedKit kit = kit(renderer);
      if (kit != null) {
        any = true;
        Optional<String> failure = inBox(place -> render(kit, renderer, place));
        if (failure.isPresent()) {
          return Optional.of(renderer.label() + " " + failure.get());
        }
      }
    }
    return any ? Optional.empty() : inBox(this::plain);
  }

  private @Nullable ShippedKit kit(InstalledRenderer renderer) {
    return kits.stream()
        .filter(kit -> kit.name().equals(renderer.renderer().name()))
        .filter(kit -> Files.isRegularFile(kit.folder().resolve(SCRIPT)))
        .findFirst()
        .orElse(null);
  }

  /** One test in a folder of its own. */
  private interface Test {
    Optional<String> in(Path place) throws IOException, InterruptedException;
  }

  private Optional<String> inBox(Test test) throws InterruptedException {
    Path place = null;
    try {
      place = Files.createDirectory(folder.toRealPath().resolve("test-" + UUID.randomUUID()));
      return test.in(place);
    } catch (IOException e) {
      return Optional.of("cannot be tested: " + e.getMessage());
    } finally {
      if (place != null) {
        remove(place);
      }
    }
  }

  private static void remove(Path place) {
    try {
      ManifestTree.deleteTree(place);
    } catch (CasException e) {
      // The next start of the node tries again.
    }
  }

  private Optional<String> render(ShippedKit kit, InstalledRenderer renderer, Path place)
      throws IOException, InterruptedException {
    List<Path> readable = new ArrayList<>(List.of(kit.folder()));
    Path home = Path.of(System.getProperty("user.home"));
    readable.addAll(BoxPlan.readableFor(renderer.executable(), List.of(nodeFolder, home)));
    Optional<String> failure =
        run(
            place,
            readable,
            Map.of(
                "BLENDERER_RENDERER", renderer.executable().toString(),
                "BLENDERER_RENDERER_DIR", kit.folder().toString()),
            List.of("sh", kit.folder().resolve(SCRIPT).toString()));
    return failure.isPresent() ? failure : compare(place.resolve(PICTURE), kit);
  }

  private static Optional<String> compare(Path made, ShippedKit kit) throws IOException {
    if (!Files.isRegularFile(made)) {
      return Optional.of("made no picture of its test scene");
    }
    if (!(ImageCheck.check(made, MOST_PIXELS) instanceof ImageCheck.Ok seen)
        || !(ImageCheck.check(kit.folder().resolve(KNOWN), MOST_PIXELS)
            instanceof ImageCheck.Ok known)) {
      return Optional.of("made a picture of its test scene that cannot be read");
    }
    Picture picture = seen.picture();
    Picture right = known.picture();
    if (picture == null || right == null) {
      return Optional.of("made a picture of its test scene that cannot be seen");
    }
    double distance = picture.grid().distance(right.grid());
    return distance <= MOST_DISTANCE
        ? Optional.empty()
        : Optional.of(
            "renders its test scene wrong: it is off by " + Math.round(distance * 100) + " %");
  }

  private Optional<String> plain(Path place) throws IOException, InterruptedException {
    Optional<String> failure =
        run(place, List.of(), Map.of(), List.of("sh", "-c", "echo right > answer.txt"));
    if (failure.isPresent()) {
      return failure.map(what -> "a plain command " + what);
    }
    Path answer = place.resolve("answer.txt");
    return Files.isRegularFile(answer) && Files.readString(answer).strip().equals("right")
        ? Optional.empty()
        : Optional.of("a plain command wrote something else than it was told to");
  }

  /** Runs one command to its end; what went wrong, as a clause. */
  private Optional<String> run(
      Path place, List<Path> readable, Map<String, String> variables, List<String> line)
      throws IOException, InterruptedException {
    String id = String.valueOf(place.getFileName());
    ProcessControl.Mark mark = new ProcessControl.Mark(SessionPlan.SESSION_MARK, id);
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("PATH", path);
    environment.put("HOME", place.toString());
    environment.put("TMPDIR", place.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put(mark.name(), mark.value());
    Path said = Files.createFile(place.resolve(SAID));
    try (SessionBox box = sandbox.open(new BoxPlan(id, mark, place, List.of(), readable))) {
      RunningAction action =
          box.control().start(new ProcessControl.Command(line, environment, place, said));
      OptionalInt exit = action.await(PATIENCE);
      action.kill();
      if (exit.isEmpty()) {
        return Optional.of("did not end within " + PATIENCE.toMinutes() + " minutes");
      }
      Optional<Failure> breach = action.breach();
      if (breach.isPresent()) {
        return Optional.of("hit a limit: " + breach.get().message());
      }
      return exit.getAsInt() == 0
          ? Optional.empty()
          : Optional.of("ended with exit code " + exit.getAsInt() + lastWord(said));
    }
  }

  private static String lastWord(Path said) throws IOException {
    String last =
        new String(Files.readAllBytes(said), StandardCharsets.UTF_8)
            .lines()
            .filter(text -> !text.isBlank())
            .reduce("", (_, text) -> text);
    return last.isEmpty() ? "" : " and said '" + last.strip() + "'";
  }
}
