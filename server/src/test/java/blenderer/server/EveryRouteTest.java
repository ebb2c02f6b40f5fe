package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Archives;
import blenderer.api.Checks;
import blenderer.api.CleanUp;
import blenderer.api.Farm;
import blenderer.api.FarmFigures;
import blenderer.api.Films;
import blenderer.api.Jobs;
import blenderer.api.LiveLogs;
import blenderer.api.NodeSync;
import blenderer.api.Reports;
import blenderer.api.Sessions;
import blenderer.api.TemplateForm;
import blenderer.model.Digest;
import blenderer.preflight.Finding;
import blenderer.preflight.Trace;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import blenderer.server.http.TestHttp;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every operation succeeds once, with request and answer held against openapi.yaml. */
@Timeout(60)
class EveryRouteTest {

  @TempDir private Path data;

  @Test
  void every_operation_of_the_contract_works_as_it_says() throws Exception {
    Contract.SEEN.clear();
    try (TestServer farm = TestServer.inMemory(data)) {
      farm.caller("").get("/healthz").expect(200);
      farm.caller("").get("/livez").expect(200);
      farm.caller("").get("/readyz").expect(200);
      keys(farm);
      Caller anna = farm.enrol("artist", "anna");
      browsers(farm, anna);
      cleanUp(farm);
      Node node = new Node(farm.enrol("node", "n1"));
      files(anna);
      renderers(farm.admin, anna);
      jobs(anna, node);
      for (String verb : List.of("pause", "drain", "quarantine", "resume")) {
        farm.admin.post("/v1/nodes/n1/" + verb).expect(200);
      }
      Farm.Node pooled =
          farm.admin
              .json("PUT", "/v1/nodes/n1/pools", new Farm.Pools(List.of("Fast")), Map.of())
              .as(Farm.Node.class);
      assertThat(pooled.offer().attributes()).containsEntry("attr.farm.pool", List.of("fast"));
      Farm.Node seen = anna.get("/v1/nodes").as(Farm.NodeList.class).nodes().getFirst();
      assertThat(seen.name()).isEqualTo("n1");
      assertThat(seen.renderers()).hasSize(1);
      node.sync(List.of(), List.of());
      figures(anna);
      preflight(anna);
      node.sync(List.of(), List.of());
      reports(farm, anna);
      events(farm, anna);
    }
    SceneRoutesTest.scene(data.resolve("shipping"));
    DirectRoutesTest.upload(data);
    Set<String> expected = new TreeSet<>(ContractTest.operations().keySet());
    Set<String> worked = new TreeSet<>();
    for (String operation : expected) {
      String pattern = operation.replaceAll("\\{[a-z]+}", "[^/]+");
      if (Contract.SEEN.stream().anyMatch(call -> call.matches(pattern))) {
        worked.add(operation);
      }
    }
    worked.add("GET /v1/events");
    // Only servers may: SeveralServersTest.
    worked.add("POST /v1/replicas/soft");
    assertThat(worked).isEqualTo(expected);
  }

  private static void keys(TestServer farm) throws IOException {
    Caller viewer = farm.enrol("viewer", "vera");
    Farm.Server server = viewer.get("/v1/server").as(Farm.Server.class);
    assertThat(server.protocol()).isEqualTo(NodeSync.PROTOCOL);
    assertThat(server.templates()).contains(TestServer.TEMPLATE_DIGEST.hex());
    Farm.Identity who = viewer.get("/v1/whoami").as(Farm.Identity.class);
    Farm.Invite invite =
        farm.admin.post("/v1/invites", new Farm.NewInvite("node", 1, 60)).as(Farm.Invite.class);
    farm.admin.get("/v1/invites").expect(200);
    farm.admin.delete("/v1/invites/" + invite.id()).expect(204);
    farm.admin.get("/v1/keys").expect(200);
    farm.enrol("artist", "ada");
    farm.admin
        .json("PUT", "/v1/people/ada/permission", new Farm.Permit("scripts", null), Map.of())
        .expect(200);
    BigDecimal three = BigDecimal.valueOf(3);
    farm.admin
        .json("PUT", "/v1/limits/amount.maker.licence", new Farm.NewLimit(three), Map.of())
        .expect(200);
    assertThat(viewer.get("/v1/limits").as(Farm.LimitList.class).limits())
        .containsExactly(new Farm.Limit("amount.maker.licence", three));
    farm.admin.delete("/v1/limits/amount.maker.licence").expect(204);
    viewer.delete("/v1/keys/" + who.id()).expect(204);
  }

  private static void figures(Caller anna) throws IOException {
    FarmFigures.NodePage page = anna.get("/v1/nodes/n1?limit=5").as(FarmFigures.NodePage.class);
    assertThat(page.recent()).isNotEmpty().extracting(FarmFigures.Attempt::name).contains("shot");
    assertThat(page.done()).isPositive();
    anna.get("/v1/nodes/nobody").expect(404);
    anna.get("/v1/farm/history?from=0").expect(200);
    assertThat(anna.get("/v1/farm/queue").as(FarmFigures.Queue.class).people())
        .extracting(FarmFigures.Person::person)
        .isSubsetOf("anna");
    FarmFigures.Health health = anna.get("/v1/farm/health").as(FarmFigures.Health.class);
    assertThat(health.nodesOnline()).isEqualTo(1);
    assertThat(health.diskFree()).isPositive();
  }

  private static void cleanUp(TestServer farm) throws IOException {
    farm.admin.get("/v1/storage").expect(200);
    CleanUp.Rules rules =
        new CleanUp.Rules(List.of(new CleanUp.Rule("logs", 9, null, List.of("done"), null)));
    farm.admin.json("PUT", "/v1/clean-up/rules", rules, Map.of()).expect(200);
    assertThat(farm.admin.get("/v1/clean-up/rules").as(CleanUp.Rules.class)).isEqualTo(rules);
    farm.admin.post("/v1/clean-up", new CleanUp.Run(true, null)).expect(200);
  }

  private static void browsers(TestServer farm, Caller anna) throws IOException {
    farm.caller("").get("/ca.crt").expect(200);
    TestBrowser browser = TestBrowser.of(anna);
    browser.post("/v1/sign-out", null).expect(204);
    TestBrowser.of(anna);
    Sessions.Session session =
        anna.get("/v1/sessions").as(Sessions.SessionList.class).sessions().getFirst();
    anna.delete("/v1/sessions/" + session.id()).expect(204);
  }

  private static void files(Caller anna) throws IOException {
    byte[] bytes = "some bytes".getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(bytes);
    Farm.Digests asked = new Farm.Digests(List.of(digest.hex()));
    assertThat(anna.post("/v1/blobs/missing", asked).as(Farm.MissingBlobs.class).missing())
        .containsExactly(digest.hex());
    Farm.Upload upload =
        anna.post("/v1/uploads", new Farm.NewUpload(digest.hex(), bytes.length))
            .as(Farm.Upload.class);
    anna.get("/v1/uploads/" + upload.id()).expect(200);
    anna.upload(bytes);
    anna.get("/v1/blobs/" + digest).expect(200);
    anna.whole(Digest.of(bytes), bytes).expect(204);
    TestHttp.Answer head =
        anna.call("HEAD", "/v1/blobs/" + digest, Map.of(), null).expect(200).answer();
    assertThat(head.header("content-length")).isEqualTo("10");
  }

  private static void renderers(Caller admin, Caller anna) throws IOException {
    byte[] bytes = "an archive".getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(bytes);
    admin.whole(digest, bytes).expect(204);
    Archives.NewArchive wanted =
        new Archives.NewArchive(
            digest.hex(),
            "blender.tar.xz",
            "blender",
            "4.2.3",
            List.of("cycles"),
            "b".repeat(64),
            "linux",
            "x86_64",
            1000);
    admin.post("/v1/renderers", wanted).expect(201);
    admin.post("/v1/renderers", wanted).expect(200);
    assertThat(anna.get("/v1/renderers").as(Archives.ArchiveList.class).archives()).hasSize(1);
    admin.delete("/v1/renderers/" + digest).expect(204);
  }

  private static void jobs(Caller anna, Node node) throws Exception {
    Jobs.Job job = anna.submit("1-8");
    String path = "/v1/jobs/" + job.id();
    anna.get(path).expect(200);
    anna.get("/v1/jobs?state=waiting&owner=anna&project=default&limit=5").expect(200);
    assertThat(anna.get(path + "/why").as(Jobs.Why.class).reasons().getFirst())
        .contains("no node yet");
    anna.json("PATCH", path, new Jobs.Change(70, "renamed"), Map.of()).expect(200);
    NodeSync.WantedLease lease = node.lease();
    anna.get(path + "/frames/0/0/log?wait=0&from=0&lease=" + lease.lease()).expect(200);
    LiveLogs.Told told = new LiveLogs.Told(List.of(new LiveLogs.Part(lease.lease(), 0, 0, "a\n")));
    node.caller.post("/v1/node/logs", told).expect(200);
    node.finish(lease);
    anna.post(path + "/pause").expect(200);
    anna.post(path + "/resume").expect(200);
    Jobs.TaskPage tasks =
        anna.get(path + "/tasks?step=render&state=done&frames=1").as(Jobs.TaskPage.class);
    assertThat(tasks.tasks().getFirst().files()).hasSize(1);
    assertThat(anna.get(path + "/attempts?limit=1").as(Jobs.AttemptPage.class).next()).isNotNull();
    Jobs.OutputPage page = anna.get(path + "/outputs?wait=1").as(Jobs.OutputPage.class);
    Jobs.OutputPage rest =
        anna.get(path + "/outputs?after=" + page.next()).as(Jobs.OutputPage.class);
    assertThat(rest.outputs()).isEmpty();
    anna.post(path + "/retry", new Jobs.Retry("render", "1", null)).expect(200);
    assertThat(anna.post(path + "/skip", new Films.Skip("7-8")).as(Jobs.Job.class).tasks().total())
        .isEqualTo(6);
    assertThat(anna.post(path + "/skip", new Films.Skip("8")).problem(422).code())
        .isEqualTo("frames-unknown");
    copies(anna, path);
    assertThat(anna.post(path + "/cancel").as(Jobs.Job.class).state()).isEqualTo("cancelled");
    anna.delete(path).expect(204);
    assertThat(Objects.requireNonNull(lease.grant()).job()).isEqualTo(job.id());
    pictures(anna, node);
  }

  private static void copies(Caller anna, String path) throws IOException {
    Films.Clone wanted = new Films.Clone("copy", null, null, Map.of("Name", "other"), null, null);
    Map<String, String> key = Map.of("Idempotency-Key", "copy 1");
    Jobs.Job copy = anna.json("POST", path + "/clone", wanted, key).expect(201).as(Jobs.Job.class);
    assertThat(copy.parameters()).containsEntry("Frames", "1-6").containsEntry("Name", "other");
    assertThat(copy.manifest()).isEqualTo(anna.get(path).as(Jobs.Job.class).manifest());
    anna.post("/v1/jobs/" + copy.id() + "/cancel").expect(200);
    TemplateForm form =
        anna.call(
                "POST",
                "/v1/templates/read",
                Map.of("Content-Type", "text/plain"),
                TestServer.TEMPLATE.getBytes(StandardCharsets.UTF_8))
            .as(TemplateForm.class);
    assertThat(form.parameters()).extracting(TemplateForm.Parameter::name).contains("Frames");
    assertThat(form.steps()).containsExactly("render");
  }

  private static void pictures(Caller anna, Node node) throws Exception {
    Jobs.Submit submit = TestServer.submission("1-8", anna.manifest("scene.blend", "held"));
    Jobs.Job job = anna.submit(submit.probing("hold")).as(Jobs.Job.class);
    assertThat(job.probe()).isEqualTo("hold");
    String path = "/v1/jobs/" + job.id();
    byte[] jpeg = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 1};
    anna.upload(jpeg);
    for (int i = 0; i < 3; i++) {
      node.finish(node.lease(), TestServer.black(Digest.of(jpeg)));
    }
    Jobs.Job held = anna.get(path).as(Jobs.Job.class);
    assertThat(held.flagged()).isEqualTo(3);
    assertThat(held.message()).contains("blenderer approve");
    Jobs.FramePage page =
        anna.get(path + "/frames?step=render&state=flagged&frames=1&limit=1")
            .as(Jobs.FramePage.class);
    Jobs.Frame frame = page.frames().getFirst();
    assertThat(frame.flags()).extracting(Jobs.Flag::code).containsExactly("black-frame");
    assertThat(frame.device()).isEqualTo("CPU of a test");
    assertThat(anna.get(path + "/frames").as(Jobs.FramePage.class).frames())
        .extracting(Jobs.Frame::item)
        .containsExactly("1", "4", "8");
    TestHttp.Answer preview = anna.get(path + "/frames/0/0/preview").expect(200).answer();
    assertThat(preview.header("content-type")).isEqualTo("image/jpeg");
    assertThat(preview.body()).isEqualTo(jpeg);
    films(anna, path);
    assertThat(anna.get(path + "/frames/0/1/preview").problem(404).code())
        .isEqualTo("preview-not-found");
    assertThat(anna.post(path + "/accept", new Jobs.Accept(null, "1")).as(Jobs.Job.class).flagged())
        .isEqualTo(2);
    assertThat(anna.post(path + "/accept", new Jobs.Accept("render", "1")).problem(409).code())
        .isEqualTo("nothing-flagged");
    assertThat(anna.post(path + "/approve").as(Jobs.Job.class).probe()).isEqualTo("approved");
    assertThat(
            anna.post(path + "/retry", new Jobs.Retry(null, null, true))
                .as(Jobs.Job.class)
                .flagged())
        .isZero();
    anna.post(path + "/cancel").expect(200);
  }

  private static void films(Caller anna, String path) throws IOException {
    Films.Grid grid = anna.get(path + "/grid").as(Films.Grid.class);
    assertThat(grid.states()).isEqualTo("!..!...!");
    assertThat(grid.items()).containsExactly(new Films.Run(0, 8, 1, 1));
    Films.Film film = anna.get(path + "/film?step=0").as(Films.Film.class);
    assertThat(film.index()).containsExactlyInAnyOrder(0, 3, 7);
    assertThat(film.nodes()).containsExactly("n1");
    assertThat(film.seconds()).containsOnly(2.0);
    assertThat(film.preview()).containsOnly(1);
    assertThat(anna.get(path + "/film?after=" + film.next()).as(Films.Film.class).index())
        .isEmpty();
    String thumbnail = Objects.requireNonNull(anna.get(path).as(Jobs.Job.class).thumbnail());
    assertThat(
            anna.get(path + "/thumbnail?v=" + thumbnail)
                .expect(200)
                .answer()
                .header("cache-control"))
        .contains("immutable");
    assertThat(
            anna.get(path + "/frames/0/0/preview?generation=1")
                .expect(200)
                .answer()
                .header("cache-control"))
        .contains("immutable");
    anna.get(path + "/frames/0/0/preview?generation=2").expect(404);
    TestHttp.Answer picture = anna.get(path + "/frames/0/0/picture").expect(200).answer();
    assertThat(picture.header("content-type")).isEqualTo("image/png");
    assertThat(anna.get(path + "/frames/0/1/picture").problem(404).code()).isEqualTo("no-picture");
    assertThat(anna.get(path + "/inputs").as(Films.InputPage.class).files())
        .extracting(Films.Input::path)
        .containsExactly("scene.blend");
    assertThat(anna.get(path + "/file?path=s0/0.png").expect(200).answer().body())
        .isEqualTo(picture.body());
    assertThat(anna.get(path + "/file?path=none").problem(404).code()).isEqualTo("file-not-found");
    assertThat(anna.get(path + "/files.zip?frames=1,8").expect(200).answer().header("content-type"))
        .isEqualTo("application/zip");
  }

  /** The farm's only node has a Blender, of which nothing else is known. */
  private static void preflight(Caller anna) throws IOException {
    Trace.Scene scene =
        new Trace.Scene(
            "S",
            1,
            2,
            1,
            24,
            64,
            36,
            "64x36",
            "CYCLES",
            null,
            true,
            "PNG",
            false,
            null,
            1,
            List.of("no-such-engine"),
            List.of());
    Trace trace =
        new Trace(
            1,
            "3.4.1",
            null,
            "99.0",
            "/film/shot.blend",
            "S",
            scene,
            List.of(scene),
            null,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    assertThat(
            anna.post("/v1/preflight", new Checks.Ask(trace, null))
                .as(Checks.Answer.class)
                .findings())
        .extracting(Finding::code)
        .containsExactly("scene-newer", "no-camera", "engine-missing");
    assertThat(anna.post("/v1/preflight", Map.of()).problem(422).code()).isEqualTo("field-missing");
    assertThat(
            anna.post("/v1/preflight", Map.of("trace", Map.of("version", 2))).problem(422).code())
        .isEqualTo("trace-version");
    Map<String, Object> lacking = Map.of("version", 1, "files", List.of(Map.of("kind", "image")));
    anna.post("/v1/preflight", Map.of("trace", lacking)).expect(400);
  }

  private static void reports(TestServer farm, Caller anna) throws IOException {
    assertThat(new String(anna.get("/metrics").expect(200).answer().body(), StandardCharsets.UTF_8))
        .contains("blenderer_nodes{state=\"online\"} 1.0")
        .contains("blenderer_attempts_seconds_count{outcome=\"succeeded\"} ")
        .contains("route=\"/v1/jobs/{id}/cancel\"");
    List<Reports.UsageRow> rows =
        farm.admin.get("/v1/usage?by=person,node&from=1970-01-01").as(Reports.Usage.class).rows();
    assertThat(rows).extracting(Reports.UsageRow::person).containsOnly("anna");
    assertThat(rows).extracting(Reports.UsageRow::node).containsOnly("n1");
    assertThat(rows.getFirst().day()).isNull();
    assertThat(anna.get("/v1/usage").problem(403).code()).isEqualTo("role-not-allowed");
    Reports.AuditPage page =
        farm.admin.get("/v1/audit?person=anna&limit=1").as(Reports.AuditPage.class);
    assertThat(page.entries().getFirst().call()).endsWith("/cancel");
    assertThat(page.next()).isNotNull();
    farm.admin.get("/v1/audit?after=" + page.next()).expect(200);
  }

  private static void events(TestServer farm, Caller anna) throws IOException {
    try (TestHttp http = farm.connect()) {
      http.send("GET", "/v1/events", Map.of("Authorization", "Bearer " + anna.secret()), null);
      assertThat(http.readLine()).startsWith("HTTP/1.1 200");
      String type = "";
      for (String line = http.readLine(); !line.isEmpty(); line = http.readLine()) {
        type = line.toLowerCase(java.util.Locale.ROOT).startsWith("content-type") ? line : type;
      }
      assertThat(type).endsWith("text/event-stream");
    }
  }
}
