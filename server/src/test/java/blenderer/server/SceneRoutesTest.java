package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Films;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.api.Scenes;
import blenderer.model.Digest;
import blenderer.preflight.Finding;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page submits a scene, from a browser that is signed in; what the node finds is made up. */
@Timeout(60)
class SceneRoutesTest {

  private static final String ROOT = "/work/s1/_at/dropped/from/a/page/by/somebody/here/";

  private static final String TRACE =
      """
      {"version": 1, "blender": "4.3.2", "saved": "3.4", "file": "ROOTshots/shot.blend",
       "active": "Scene",
       "scene": {"name": "Scene", "start": 1, "end": 12, "step": 1, "fps": 25, "width": 64,
                 "height": 36, "size": "64x36", "engine": "CYCLES", "camera": "Camera",
                 "format": "PNG", "movie": false, "features": []},
       "scenes": [{"name": "Scene", "start": 1, "end": 12, "step": 1, "fps": 25, "width": 64,
                   "height": 36, "format": "PNG", "movie": false}],
       "requires": {"atLeast": "3.4", "features": []},
       "files": [
         {"path": "ROOTshots/wood.png", "kind": "image", "user": "wood", "exists": true,
          "directory": false, "supported": true, "used": true},
         {"path": "ROOTlib/tree.blend", "kind": "library", "user": "tree", "exists": false,
          "directory": false, "supported": true, "used": true},
         {"path": "/home/ann/far.png", "kind": "image", "user": "far", "exists": false,
          "directory": false, "supported": true, "used": true}],
       "simulations": [], "scripts": [], "absent": [], "warnings": []}
      """
          .replace("ROOT", ROOT);

  @TempDir private Path data;

  @Test
  void a_dropped_scene_is_traced_planned_and_made_a_job() throws Exception {
    scene(data);
  }

  private static Scenes.File file(String path, byte[] bytes, boolean sent) {
    return new Scenes.File(path, bytes.length, sent ? Digest.of(bytes).hex() : null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The whole way; every call is held against the contract. */
  static void scene(Path data) throws Exception {
    Files.createDirectories(data);
    try (TestServer farm = TestServer.shipping(data)) {
      TestServer.Caller anna = farm.enrol("artist", "anna");
      TestBrowser page = TestBrowser.of(anna);
      Node node = new Node(farm.enrol("node", "n1"));
      node.templates = farm.admin.get("/v1/server").as(Farm.Server.class).templates();
      byte[] blend = bytes("a scene");
      byte[] wood = bytes("wood");
      byte[] tree = bytes("a tree");
      byte[] far = bytes("far away");
      List<Scenes.File> dropped =
          List.of(
              file("shots/shot.blend", blend, true),
              file("shots/wood.png", wood, false),
              file("lib/tree.blend", tree, false),
              file("notes.txt", bytes("no part of it"), false));
      Scenes.Trace ask = new Scenes.Trace("shots/shot.blend", dropped, "film", null, null);
      assertThat(page.post("/v1/scenes/trace", ask).problem(409).code()).isEqualTo("blobs-missing");
      anna.upload(blend);
      Jobs.Job trace = page.post("/v1/scenes/trace", ask).expect(201).as(Jobs.Job.class);
      assertThat(trace.settings()).containsEntry("purpose", "trace");
      Scenes.Plan plan = new Scenes.Plan(trace.id(), "shots/shot.blend", dropped, null, null);
      assertThat(page.post("/v1/scenes/plan", plan).problem(409).code())
          .isEqualTo("trace-not-done");
      assertThat(anna.get("/v1/jobs/" + trace.id() + "/inputs").as(Films.InputPage.class).files())
          .extracting(Films.Input::path)
          .contains(
              "_at/dropped/from/a/page/by/somebody/here/shots/shot.blend",
              "_at/dropped/from/a/page/by/somebody/here/shots/wood.png")
          .noneMatch(path -> path.endsWith("tree.blend"));
      answer(node, bytes(TRACE));
      Scenes.Planned planned =
          page.post("/v1/scenes/plan", plan).expect(200).as(Scenes.Planned.class);
      assertThat(planned.again()).containsExactly("lib/tree.blend");
      assertThat(planned.needed())
          .extracting(Scenes.File::path)
          .containsExactly("shots/shot.blend", "shots/wood.png", "lib/tree.blend");
      assertThat(planned.missing())
          .containsExactly(new Scenes.Lacking("/home/ann/far.png", "image", "far"));
      assertThat(planned.findings()).extracting(Finding::code).contains("missing-files");
      assertThat(planned.facts().frames()).isEqualTo("1-12");
      assertThat(planned.facts().fps()).isEqualTo(25);
      submit(anna, page, trace.id(), List.of(blend, wood, tree, far));
    }
  }

  private static void submit(
      TestServer.Caller anna, TestBrowser page, String trace, List<byte[]> content)
      throws IOException {
    List<Scenes.File> near =
        List.of(
            file("shots/shot.blend", content.get(0), true),
            file("shots/wood.png", content.get(1), true),
            file("lib/tree.blend", content.get(2), true));
    assertThat(page.submit(wanted(trace, near, null), "k1").problem(422).code())
        .isEqualTo("missing-files");
    List<Scenes.File> all = new java.util.ArrayList<>(near);
    all.add(file("/home/ann/far.png", content.get(3), false));
    assertThat(page.submit(wanted(trace, all, null), "k2").problem(422).code())
        .isEqualTo("files-not-sent");
    for (byte[] one : content) {
      anna.upload(one);
    }
    all.set(3, file("/home/ann/far.png", content.get(3), true));
    Jobs.Job job =
        page.submit(wanted(trace, all, Map.of("Samples", "4")), "k3")
            .expect(201)
            .as(Jobs.Job.class);
    assertThat(job.name()).isEqualTo("shot");
    assertThat(job.owner()).isEqualTo("anna");
    assertThat(job.parameters())
        .containsEntry("Frames", "1-3")
        .containsEntry("Scene", "shot.blend")
        .containsEntry("Samples", "4");
    assertThat(job.settings())
        .containsEntry("fps", "25")
        .containsEntry("source", "shots/shot.blend");
    assertThat(anna.get("/v1/jobs/" + job.id() + "/inputs").as(Films.InputPage.class).files())
        .extracting(Films.Input::path)
        .contains("shot.blend", "wood.png", ".blenderer/paths.json")
        .anyMatch(path -> path.endsWith("tree.blend"))
        .anyMatch(path -> path.matches("_outside/[0-9a-f]{8}/far.png"));
    // The answer was lost, and the page asks again.
    assertThat(
            page.submit(wanted(trace, all, Map.of("Samples", "4")), "k3").as(Jobs.Job.class).id())
        .isEqualTo(job.id());
  }

  private static Scenes.Submit wanted(
      String trace,
      List<Scenes.File> files,
      @org.jspecify.annotations.Nullable Map<String, String> overrides) {
    return new Scenes.Submit(
        trace,
        "shots/shot.blend",
        files,
        null,
        "film",
        50,
        "1-3",
        overrides,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The node's whole work on a trace. */
  private static void answer(Node node, byte[] json) throws Exception {
    NodeSync.WantedLease lease = node.lease();
    NodeSync.Grant grant = Objects.requireNonNull(lease.grant());
    byte[] log = bytes("log");
    node.caller.upload(json);
    node.caller.upload(log);
    NodeSync.GrantedTask task = grant.tasks().getFirst();
    NodeSync.Report usual = Node.report(lease.lease(), grant.step(), task, json, log);
    NodeSync.Report report =
        new NodeSync.Report(
            usual.lease(),
            usual.index(),
            usual.generation(),
            usual.outcome(),
            List.of(
                new NodeSync.OutputFile("output/trace.json", Digest.of(json).hex(), json.length)),
            usual.log(),
            null,
            usual.startedAt(),
            usual.endedAt(),
            usual.renderer(),
            usual.memoryBytes(),
            null,
            null);
    node.sync(List.of(new NodeSync.HeldLease(lease.lease(), true, List.of())), List.of(report));
  }
}
