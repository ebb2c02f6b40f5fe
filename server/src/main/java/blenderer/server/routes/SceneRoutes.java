package blenderer.server.routes;

import blenderer.api.Checks;
import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.LocalFileException;
import blenderer.api.Scenes;
import blenderer.cas.ContentStore;
import blenderer.cas.ManifestCodec;
import blenderer.cas.StoreResult;
import blenderer.cas.Uploader;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.model.JobState;
import blenderer.model.Manifest;
import blenderer.model.NodeState;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.preflight.Finding;
import blenderer.preflight.Preflight;
import blenderer.preflight.Trace;
import blenderer.preflight.Trap;
import blenderer.renderers.ShippedRenderers;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.trust.Action;
import blenderer.submit.ProjectLayout;
import blenderer.submit.SceneTrace;
import blenderer.submit.Submission;
import blenderer.submit.SubmitException;
import blenderer.submit.blender.BlenderChoice;
import blenderer.submit.blender.DroppedScene;
import blenderer.submit.blender.FarmTracer;
import blenderer.submit.blender.SceneOverrides;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Submitting a scene from a page. The page has the files and a node looks into the scene; what
 * follows from both is worked out here, with the code that the command line has for it.
 */
final class SceneRoutes {

  private static final int LARGEST_TRACE = 64 << 20;
  private static final int PAGE = 1_000;
  private static final int NAMED = 5;

  /** A person waits for a trace; but no higher than every artist may. */
  private static final int FIRST = 100;

  private static final int USUAL = 50;

  private final History history;
  private final ContentStore store;
  private final JobSubmission submission;
  private final ArchiveBoard archives;
  private final Views views;

  SceneRoutes(
      History history,
      ContentStore store,
      JobSubmission submission,
      ArchiveBoard archives,
      Views views) {
    this.history = history;
    this.store = store;
    this.submission = submission;
    this.archives = archives;
    this.views = views;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("POST", "/v1/scenes/trace", Action.RUN_JOBS, this::trace),
        new Endpoint("POST", "/v1/scenes/plan", Action.RUN_JOBS, this::plan),
        new Endpoint("POST", "/v1/scenes/submit", Action.RUN_JOBS, this::submit));
  }

  private void trace(Exchange exchange, Identity caller) throws IOException {
    Scenes.Trace wanted = exchange.json(Scenes.Trace.class);
    Query.need(wanted.project(), "project");
    try {
      DroppedScene scene = dropped(wanted.scene(), wanted.files());
      String name = Query.need(wanted.scene(), "scene");
      Map<String, String> parameters = new LinkedHashMap<>(overrides(wanted.overrides()).values());
      parameters.put("Name", cut("Trace of " + name.substring(name.lastIndexOf('/') + 1)));
      parameters.put("Scene", scene.sceneOfTrace());
      if (wanted.frames() != null && !wanted.frames().isEmpty()) {
        parameters.put("Frames", wanted.frames());
      }
      Digest template = Digest.of(shipped("trace-template.yaml"));
      Digest manifest = stage(exchange, scene.forTrace());
      Jobs.Submit job =
          new Jobs.Submit(
              "",
              wanted.project(),
              caller.role() == blenderer.model.Role.ADMIN ? FIRST : USUAL,
              template.hex(),
              manifest.hex(),
              parameters,
              List.of(new Requirement("blender", "", List.of())),
              Map.of(FarmTracer.PURPOSE, FarmTracer.TRACE, "source", name));
      submission.submit(exchange, caller, UUID.randomUUID().toString(), job);
    } catch (SubmitException e) {
      throw refused(e);
    }
  }

  private static String cut(String name) {
    return name.length() > 128 ? name.substring(0, 127) + "…" : name;
  }

  private static byte[] shipped(String file) {
    return ShippedRenderers.load().file("blender", file);
  }

  private static DroppedScene dropped(@Nullable String scene, @Nullable List<Scenes.File> files) {
    List<DroppedScene.Dropped> all = new ArrayList<>();
    for (Scenes.File file : Query.need(files, "files")) {
      Query.need(file, "files");
      String digest = file.digest();
      all.add(
          new DroppedScene.Dropped(
              Query.need(file.path(), "files/path"),
              file.size(),
              digest == null ? null : Query.digest("digest of '" + file.path() + "'", digest)));
    }
    return new DroppedScene(Query.need(scene, "scene"), all);
  }

  private static SceneOverrides overrides(@Nullable Map<String, String> values) {
    return new SceneOverrides(values == null ? Map.of() : values);
  }

  /** Stores what nobody dropped, and the manifest of all. */
  private Digest stage(Exchange exchange, DroppedScene.Stage stage) throws IOException {
    List<Manifest.Entry> entries = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (Map.Entry<String, DroppedScene.Dropped> file : stage.files().entrySet()) {
      DroppedScene.Dropped dropped = file.getValue();
      if (dropped.digest() == null) {
        absent.add("'" + dropped.path() + "'");
      } else {
        entries.add(new Manifest.Entry(file.getKey(), dropped.digest(), dropped.size()));
      }
    }
    if (!absent.isEmpty()) {
      throw HttpError.of(
          422,
          "files-not-sent",
          absent.size()
              + " files of the scene were not sent, such as "
              + String.join(", ", absent.subList(0, Math.min(NAMED, absent.size())))
              + ".",
          "Upload them, and give their digests.");
    }
    for (Map.Entry<String, byte[]> made : stage.made().entrySet()) {
      byte[] bytes = made.getValue();
      put(exchange, bytes);
      entries.add(new Manifest.Entry(made.getKey(), Digest.of(bytes), bytes.length));
    }
    byte[] manifest;
    try {
      manifest = ManifestCodec.encode(new Manifest(entries));
    } catch (IllegalArgumentException e) {
      throw HttpError.of(
          422,
          "names-clash",
          "The scene's files cannot lie in one folder: " + e.getMessage() + ".",
          "Rename one of them.");
    }
    put(exchange, manifest);
    return Digest.of(manifest);
  }

  private void put(Exchange exchange, byte[] bytes) {
    if (store.findMissing(List.of(Digest.of(bytes))).isEmpty()) {
      return;
    }
    if (store.put(bytes, Uploader.person("page")) instanceof StoreResult.NoSpace full) {
      throw BlobRoutes.diskFull(exchange, full);
    }
  }

  private void plan(Exchange exchange, Identity caller) throws IOException {
    Scenes.Plan wanted = exchange.json(Scenes.Plan.class);
    try {
      DroppedScene scene = dropped(wanted.scene(), wanted.files());
      SceneOverrides overrides = overrides(wanted.overrides());
      DroppedScene.Found found = scene.found(traced(wanted.trace()), overrides);
      SceneTrace trace = found.traced().scene();
      exchange.json(
          200,
          new Scenes.Planned(
              found.again(),
              scene.needed(trace).stream()
                  .map(
                      file ->
                          new Scenes.File(
                              file.path(),
                              file.size(),
                              file.digest() == null ? null : file.digest().hex()))
                  .toList(),
              lacking(found.traced().report()),
              findings(found, overrides).stream().map(SceneRoutes::inWords).toList(),
              facts(found, overrides)));
    } catch (SubmitException e) {
      throw refused(e);
    }
  }

  /** What the scene uses and was not dropped, or could not be sent. */
  private static List<Scenes.Lacking> lacking(Trace report) {
    List<Trace.File> files = report.files();
    return files == null
        ? List.of()
        : files.stream()
            .filter(one -> one.used() && !(one.supported() && one.exists() && !one.directory()))
            .map(
                one ->
                    new Scenes.Lacking(
                        DroppedScene.nameOf(one.path()),
                        one.kind(),
                        Objects.requireNonNullElse(one.user(), "")))
            .toList();
  }

  private static Finding inWords(Finding finding) {
    return new Finding(
        finding.code(),
        finding.weight(),
        DroppedScene.inWords(finding.sentence()),
        DroppedScene.inWords(finding.next()),
        finding.details().stream().map(DroppedScene::inWords).toList());
  }

  /** What a node found in the scene. */
  private String traced(@Nullable String id) throws IOException {
    Row.Job job = JobRoutes.find(history, Query.need(id, "trace")).job();
    if (!FarmTracer.TRACE.equals(job.settings().get(FarmTracer.PURPOSE))) {
      throw HttpError.of(
          422, "no-trace", "Job '" + job.name() + "' is no trace.", "Trace the scene first.");
    }
    if (!job.state().isFinished()) {
      throw HttpError.retryable(
          409, "trace-not-done", "The trace is not done yet.", "Wait until its job is done.");
    }
    if (job.state() == JobState.DONE) {
      for (History.Numbered<History.OutputView> one : history.outputs(job.id(), 0, PAGE)) {
        if (one.row().output().path().endsWith("trace.json")) {
          Optional<byte[]> bytes =
              LeaseBlobs.bytes(store, one.row().output().digest(), LARGEST_TRACE);
          if (bytes.isPresent()) {
            return new String(bytes.get(), StandardCharsets.UTF_8);
          }
        }
      }
    }
    String why =
        history.attempts(job.id(), new History.TaskFilter(null, null, null), 0, PAGE).stream()
            .map(History.Numbered::row)
            .flatMap(attempt -> Stream.ofNullable(attempt.failure()))
            .map(failure -> " " + failure.message() + ".")
            .reduce("", (_, last) -> last);
    throw HttpError.of(
        409,
        "trace-failed",
        "No node could look into the scene; the trace is " + job.state().word() + "." + why,
        "Look at the trace's log, or submit with a Blender on your computer.");
  }

  private List<Finding> findings(DroppedScene.Found found, SceneOverrides overrides)
      throws IOException {
    String name = overrides.values().getOrDefault("SceneName", "");
    return Preflight.judge(found.traced().report(), name, Checks.live(nodes(), archives.wire()));
  }

  private List<Farm.Node> nodes() throws IOException {
    List<Farm.Node> nodes = new ArrayList<>();
    for (Row.Node node : history.nodes()) {
      nodes.add(views.node(node));
    }
    return nodes;
  }

  private static Scenes.Facts facts(DroppedScene.Found found, SceneOverrides overrides) {
    Trace report = found.traced().report();
    SceneTrace trace = found.traced().scene();
    Trace.Scene scene = report.scene(overrides.values().getOrDefault("SceneName", ""));
    List<Trace.Scene> all = report.scenes();
    List<String> names = all == null ? List.of() : all.stream().map(Trace.Scene::name).toList();
    SceneTrace.Movie movie = trace.movie();
    return new Scenes.Facts(
        scene == null ? "" : scene.name(),
        trace.frames(),
        scene == null ? 0 : scene.width(),
        scene == null ? 0 : scene.height(),
        trace.framesPerSecond(),
        scene == null ? null : scene.engine(),
        scene == null ? null : scene.camera(),
        scene == null ? null : scene.format(),
        movie == null ? null : movie.format(),
        names);
  }

  private void submit(Exchange exchange, Identity caller) throws IOException {
    String key = JobSubmission.idempotencyKey(exchange);
    Scenes.Submit wanted = exchange.json(Scenes.Submit.class);
    Query.need(wanted.project(), "project");
    try {
      DroppedScene scene = dropped(wanted.scene(), wanted.files());
      SceneOverrides overrides = overrides(wanted.overrides());
      DroppedScene.Found found = scene.found(traced(wanted.trace()), overrides);
      pass(found, overrides, wanted);
      Submission.Order order = order(found.traced().scene(), overrides, wanted);
      ProjectLayout layout = scene.layout(order.trace());
      Digest manifest = stage(exchange, scene.forRender(order.trace(), layout));
      Digest template = Digest.of(order.template());
      submission.submit(
          exchange,
          caller,
          key,
          Submission.job(order, layout, template, manifest)
              .on(wanted.terms())
              .probing(order.probe()));
    } catch (SubmitException e) {
      throw refused(e);
    } catch (LocalFileException e) {
      throw new IllegalStateException("no file here was asked for", e);
    }
  }

  private static final List<String> MISSING =
      Stream.of(Trap.MISSING_FILES, Trap.EMPTY_FILES, Trap.UNSUPPORTED_FILES)
          .map(Trap::code)
          .toList();

  /** The codes that do not block. */
  private static Set<String> allowed(Scenes.Submit wanted) {
    Set<String> allowed = new LinkedHashSet<>(wanted.allow() == null ? List.of() : wanted.allow());
    if (Boolean.TRUE.equals(wanted.allowMissing())) {
      allowed.addAll(MISSING);
    }
    return allowed;
  }

  /** Whether files may be missing when the scene is rendered. */
  private static boolean letsMiss(Scenes.Submit wanted) {
    return MISSING.stream().anyMatch(allowed(wanted)::contains);
  }

  private void pass(DroppedScene.Found found, SceneOverrides overrides, Scenes.Submit wanted)
      throws IOException {
    Set<String> allowed = allowed(wanted);
    for (Finding finding : Preflight.allowing(findings(found, overrides), allowed)) {
      if (finding.blocks()) {
        Finding told = inWords(finding);
        throw HttpError.of(422, told.code(), told.sentence() + named(told.details()), told.next());
      }
    }
  }

  private Submission.Order order(SceneTrace trace, SceneOverrides overrides, Scenes.Submit wanted)
      throws IOException {
    boolean encoding = wanted.video() != null || trace.movie() != null;
    Map<String, String> values = new LinkedHashMap<>(overrides.values());
    if (Boolean.TRUE.equals(wanted.allowScripts())) {
      values.put("AllowScripts", "true");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    if (!overrides.values().isEmpty()) {
      settings.put("overrides", overrides.inWords());
    }
    if (trace.framesPerSecond() > 0) {
      settings.put("fps", SceneTrace.rate(trace.framesPerSecond()));
    }
    settings.put("source", wanted.scene());
    return new Submission.Order(
        trace,
        shipped(encoding ? "video-template.yaml" : "template.yaml"),
        wanted.frames() == null || wanted.frames().isEmpty() ? null : wanted.frames(),
        wanted.name() == null || wanted.name().isEmpty() ? null : wanted.name(),
        wanted.project(),
        wanted.priority(),
        letsMiss(wanted),
        encoding ? trace.videoParameters(wanted.video(), values) : values,
        encoding ? List.of("ffmpeg") : List.of(),
        settings,
        BlenderChoice.of(wanted.blender(), trace, blenders()).requirement(),
        List.of(),
        wanted.probe());
  }

  private BlenderChoice.Farm blenders() throws IOException {
    List<Renderer> online = new ArrayList<>();
    List<Renderer> known = new ArrayList<>();
    for (Farm.Node node : nodes()) {
      known.addAll(node.renderers());
      if (!node.state().equals(NodeState.OFFLINE.word())) {
        online.addAll(node.renderers());
      }
    }
    if (!online.isEmpty()) {
      archives.wire().stream().map(Checks::renderer).forEach(online::add);
    }
    return new BlenderChoice.Farm(online, known);
  }

  private static String named(List<String> details) {
    return details.isEmpty()
        ? ""
        : " " + String.join("; ", details.subList(0, Math.min(NAMED, details.size())));
  }

  private static HttpError refused(SubmitException e) {
    return HttpError.of(
        422,
        e.code(),
        DroppedScene.inWords(e.sentence() + named(e.details())),
        DroppedScene.inWords(e.next()));
  }
}
