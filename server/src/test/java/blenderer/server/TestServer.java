package blenderer.server;

import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Json;
import blenderer.api.NodeSync;
import blenderer.api.Secrets;
import blenderer.cas.ManifestCodec;
import blenderer.core.MemoryJournal;
import blenderer.core.Settings;
import blenderer.model.Digest;
import blenderer.model.Manifest;
import blenderer.model.PictureGrid;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.server.http.TestHttp;
import blenderer.server.routes.TemplateSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server on this computer's loopback, and callers that check every word against openapi.yaml. */
final class TestServer implements AutoCloseable {

  static final String TEMPLATE =
      """
      specificationVersion: jobtemplate-2023-09
      extensions: [TASK_CHUNKING]
      name: "{{Param.Name}}"
      parameterDefinitions:
        - {name: Name, type: STRING, default: untitled}
        - {name: Frames, type: STRING}
      steps:
        - name: render
          parameterSpace:
            taskParameterDefinitions:
              - name: Frame
                type: CHUNK[INT]
                range: "{{Param.Frames}}"
                chunks: {defaultTaskCount: 4, rangeConstraint: NONCONTIGUOUS}
          script:
            actions:
              onRun: {command: render, args: ["{{Task.Param.Frame}}"]}
      """;

  /** A second step that needs the outputs of the first. */
  static final String TWO_STEPS =
      TEMPLATE
          + """
            - name: join
              dependencies:
                - dependsOn: render
              script:
                actions:
                  onRun: {command: join}
          """;

  static final Digest TEMPLATE_DIGEST = Digest.of(TEMPLATE.getBytes(StandardCharsets.UTF_8));
  static final Digest TWO_STEPS_DIGEST = Digest.of(TWO_STEPS.getBytes(StandardCharsets.UTF_8));
  private static final TemplateSource TEMPLATES =
      TemplateSource.of(
          List.of(
              TEMPLATE.getBytes(StandardCharsets.UTF_8),
              TWO_STEPS.getBytes(StandardCharsets.UTF_8)));

  final Server server;
  final Storage storage;
  final X509Certificate authority;
  final Caller admin;

  private TestServer(Server server, Storage storage, Path data) throws IOException {
    this(
        server,
        storage,
        data,
        ConnectionString.parse(Files.readString(data.resolve("admin.connection"))).secret());
  }

  private TestServer(Server server, Storage storage, Path data, String secret) throws IOException {
    this.server = server;
    this.storage = storage;
    String pem = Files.readString(data.resolve("tls/ca.pem"));
    try {
      authority =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new java.io.ByteArrayInputStream(
                          pem.substring(pem.indexOf("-----BEGIN CERTIFICATE"))
                              .getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    admin = caller(secret);
  }

  /** Usual options for tests: quick times, no demand on the disk. */
  static ServerOptions options(Path data) {
    return ServerOptions.in(data, "127.0.0.1", 0)
        .withMinFree(0)
        .withSettings(Settings.defaults().scaled(0.05));
  }

  static TestServer inMemory(Path data) throws IOException {
    return start(options(data), Storage.inMemory(new MemoryJournal()));
  }

  static TestServer sqlite(Path data) throws IOException {
    return start(options(data), Storage.sqlite(prepare(data)));
  }

  static TestServer start(ServerOptions options, Storage storage) throws IOException {
    return new TestServer(Server.start(options, _ -> storage, TEMPLATES), storage, options.data());
  }

  /** One more server of a farm, whose admin has that secret. */
  static TestServer joining(ServerOptions options, Storage storage, String secret)
      throws IOException {
    return new TestServer(
        Server.start(options, _ -> storage, TEMPLATES), storage, options.data(), secret);
  }

  /** A server with the templates that ship, and no others. */
  static TestServer shipping(Path data) throws IOException {
    Storage storage = Storage.inMemory(new MemoryJournal());
    TemplateSource shipped =
        TemplateSource.of(blenderer.renderers.ShippedRenderers.load().trustedTemplates());
    return new TestServer(Server.start(options(data), _ -> storage, shipped), storage, data);
  }

  private static Path prepare(Path data) throws IOException {
    return Files.createDirectories(data);
  }

  TestHttp connect() throws IOException {
    return TestHttp.connect(server.port(), authority);
  }

  /** A caller with that secret; empty for none. */
  Caller caller(String secret) {
    return new Caller(this, secret);
  }

  /** A new caller of that role, enrolled through an invite. */
  Caller enrol(String role, String name) throws IOException {
    Farm.Invite invite =
        admin.post("/v1/invites", new Farm.NewInvite(role, 1, 3600)).as(Farm.Invite.class);
    String secret = Secrets.newKey();
    caller(java.util.Objects.requireNonNull(invite.secret()))
        .post("/v1/enrol", new Farm.Enrol(name, Secrets.hash(secret)))
        .expect(200);
    return caller(secret);
  }

  @Override
  public void close() {
    server.stop();
  }

  /** What came back. */
  record Reply(TestHttp.Answer answer, String request) {
    int status() {
      return answer.status();
    }

    Reply expect(int status) {
      if (answer.status() != status) {
        throw new AssertionError(request + " gave " + answer + " instead of " + status);
      }
      return this;
    }

    /** The problem of that status. */
    Farm.Problem problem(int status) {
      return expect(status).read(Farm.Problem.class);
    }

    <T> T as(Class<T> type) {
      if (answer.status() >= 300) {
        throw new AssertionError(request + " gave " + answer);
      }
      return read(type);
    }

    private <T> T read(Class<T> type) {
      try {
        return Json.mapper().readValue(answer.body(), type);
      } catch (IOException e) {
        throw new AssertionError(request + " gave " + answer, e);
      }
    }
  }

  /** Calls with one key, one connection a call. */
  static final class Caller {
    private final TestServer farm;
    private final String secret;

    Caller(TestServer farm, String secret) {
      this.farm = farm;
      this.secret = secret;
    }

    Reply get(String path) throws IOException {
      return call("GET", path, Map.of(), null);
    }

    Reply delete(String path) throws IOException {
      return call("DELETE", path, Map.of(), null);
    }

    Reply post(String path) throws IOException {
      return call("POST", path, Map.of(), null);
    }

    Reply post(String path, Object body) throws IOException {
      return json("POST", path, body, Map.of());
    }

    Reply json(String method, String path, Object body, Map<String, String> headers)
        throws IOException {
      Map<String, String> all = new HashMap<>(headers);
      all.put("Content-Type", "application/json");
      byte[] bytes =
          body instanceof String text
              ? text.getBytes(StandardCharsets.UTF_8)
              : Json.mapper().writeValueAsBytes(body);
      return call(method, path, all, bytes);
    }

    Reply call(String method, String path, Map<String, String> headers, byte @Nullable [] body)
        throws IOException {
      Map<String, String> all = new HashMap<>(headers);
      if (!secret.isEmpty()) {
        all.put("Authorization", "Bearer " + secret);
      }
      try (TestHttp http = farm.connect()) {
        TestHttp.Answer answer = http.request(method, path, all, body);
        Contract.check(method, path, all, body, answer);
        return new Reply(answer, method + " " + path);
      }
    }

    String secret() {
      return secret;
    }

    TestServer farm() {
      return farm;
    }

    /** Uploads bytes in one part. */
    Digest upload(byte[] bytes) throws IOException {
      Digest digest = Digest.of(bytes);
      Farm.Upload upload =
          post("/v1/uploads", new Farm.NewUpload(digest.hex(), bytes.length)).as(Farm.Upload.class);
      if (!upload.complete()) {
        if (bytes.length > 0) {
          part(upload.id(), 0, bytes).expect(200);
        }
        post("/v1/uploads/" + upload.id() + "/commit").expect(204);
      }
      return digest;
    }

    Reply part(String upload, long offset, byte[] bytes) throws IOException {
      return call(
          "PUT",
          "/v1/uploads/" + upload + "?offset=" + offset,
          Map.of("Content-Type", "application/octet-stream"),
          bytes);
    }

    Reply whole(Digest digest, byte[] bytes) throws IOException {
      return call(
          "PUT", "/v1/blobs/" + digest, Map.of("Content-Type", "application/octet-stream"), bytes);
    }

    /** A manifest of one file, both uploaded. */
    Digest manifest(String path, String content) throws IOException {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      upload(bytes);
      return upload(
          ManifestCodec.encode(
              new Manifest(List.of(new Manifest.Entry(path, Digest.of(bytes), bytes.length)))));
    }

    Jobs.Job submit(String frames) throws IOException {
      return submit(submission(frames, manifest("scene.blend", "scene " + frames)))
          .expect(201)
          .as(Jobs.Job.class);
    }

    Reply submit(Jobs.Submit submit) throws IOException {
      return submit(submit, Secrets.newKey());
    }

    Reply submit(Jobs.Submit submit, String key) throws IOException {
      return json("POST", "/v1/jobs", submit, Map.of("Idempotency-Key", key));
    }
  }

  static Jobs.Submit submission(String frames, Digest manifest) {
    return new Jobs.Submit(
        "",
        "default",
        50,
        TEMPLATE_DIGEST.hex(),
        manifest.hex(),
        Map.of("Frames", frames, "Name", "shot"),
        List.of(new Requirement("blender", "3.4", List.of())),
        Map.of("source", "/home/me/scene.blend"));
  }

  /** What a node says of a black picture. */
  static NodeSync.Look black(Digest preview) {
    return new NodeSync.Look(
        "s0/0.png",
        64,
        36,
        0,
        1,
        0,
        0,
        PictureGrid.of(new byte[PictureGrid.BYTES]).toString(),
        preview.hex());
  }

  /** A node that speaks as a real one does, as far as a test wants. */
  static final class Node {
    final Caller caller;
    private final String boot;
    private long sequence;
    private boolean introduced;
    String accepts = "scripts";
    List<String> templates = List.of(TEMPLATE_DIGEST.hex(), TWO_STEPS_DIGEST.hex());

    Node(Caller caller) {
      this(caller, Secrets.newKey().substring(4, 20), 0);
    }

    private Node(Caller caller, String boot, long sequence) {
      this.caller = caller;
      this.boot = boot;
      this.sequence = sequence;
    }

    /** The same node, which calls another server from now on. */
    Node at(TestServer server) {
      return new Node(server.caller(caller.secret()), boot, sequence);
    }

    NodeSync.Request request(
        List<NodeSync.HeldLease> leases, List<NodeSync.Report> reports, long park) {
      NodeSync.Facts facts =
          introduced
              ? null
              : new NodeSync.Facts(
                  "test",
                  "linux",
                  4,
                  8L << 30,
                  List.of(new Renderer("blender", "4.3.2", List.of("cycles"))),
                  templates,
                  null,
                  accepts,
                  null);
      introduced = true;
      return new NodeSync.Request(
          NodeSync.PROTOCOL, boot, ++sequence, park, 1, false, leases, reports, facts);
    }

    NodeSync.Answer sync(List<NodeSync.HeldLease> leases, List<NodeSync.Report> reports)
        throws IOException {
      return caller.post("/v1/node/sync", request(leases, reports, 0)).as(NodeSync.Answer.class);
    }

    /** Syncs until there is a lease; gives it as held. */
    NodeSync.WantedLease lease() throws IOException, InterruptedException {
      for (int i = 0; i < 200; i++) {
        NodeSync.Answer answer = sync(List.of(), List.of());
        if (!answer.leases().isEmpty()) {
          return answer.leases().getFirst();
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
      throw new AssertionError("no lease came");
    }

    /** Uploads an image and a log for every task of the lease and reports them as done. */
    List<NodeSync.Ack> finish(NodeSync.WantedLease lease) throws IOException {
      return finish(lease, null);
    }

    /** The same with a picture of that look. */
    List<NodeSync.Ack> finish(NodeSync.WantedLease lease, NodeSync.@Nullable Look look)
        throws IOException {
      NodeSync.Grant grant = java.util.Objects.requireNonNull(lease.grant());
      List<NodeSync.Report> reports = new ArrayList<>();
      for (NodeSync.GrantedTask task : grant.tasks()) {
        byte[] image = (grant.job() + grant.step() + task).getBytes(StandardCharsets.UTF_8);
        byte[] log = ("log of " + task).getBytes(StandardCharsets.UTF_8);
        caller.upload(image);
        caller.upload(log);
        reports.add(seen(report(lease.lease(), grant.step(), task, image, log), look));
      }
      return sync(List.of(new NodeSync.HeldLease(lease.lease(), true, List.of())), reports).acks();
    }

    private static NodeSync.Report seen(NodeSync.Report report, NodeSync.@Nullable Look look) {
      return new NodeSync.Report(
          report.lease(),
          report.index(),
          report.generation(),
          report.outcome(),
          report.files(),
          report.log(),
          report.failure(),
          report.startedAt(),
          report.endedAt(),
          report.renderer(),
          report.memoryBytes(),
          "CPU of a test",
          look);
    }

    static NodeSync.Report report(
        String lease, int step, NodeSync.GrantedTask task, byte[] image, byte[] log) {
      return new NodeSync.Report(
          lease,
          task.index(),
          task.generation(),
          "succeeded",
          List.of(
              new NodeSync.OutputFile(
                  "s" + step + "/" + task.index() + ".png", Digest.of(image).hex(), image.length)),
          Digest.of(log).hex(),
          null,
          1_700_000_000_000L,
          1_700_000_002_000L,
          "blender 4.3.2",
          1L << 30,
          null,
          null);
    }
  }
}
