package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.model.Digest;
import blenderer.model.Requirement;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import blenderer.server.TestServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The nodes' side of the server, without nodes. */
@Timeout(60)
class NodeSyncTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;
  private Node node;

  @BeforeEach
  void start() throws IOException {
    farm = TestServer.inMemory(data);
    anna = farm.enrol("artist", "anna");
    node = new Node(farm.enrol("node", "n1"));
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  @Test
  void a_node_reads_only_what_its_live_leases_need() throws Exception {
    Digest secret = anna.upload("of another job".getBytes(StandardCharsets.UTF_8));
    String path = "/v1/blobs/" + Digest.of("scene 1".getBytes(StandardCharsets.UTF_8));
    Jobs.Job job = anna.submit("1");
    assertThat(node.caller.get(path).problem(403).code()).isEqualTo("not-leased");
    NodeSync.WantedLease lease = node.lease();
    node.caller.get(path).expect(200);
    node.caller.get("/v1/blobs/" + job.template()).expect(200);
    node.caller.get("/v1/blobs/" + job.manifest()).expect(200);
    assertThat(node.caller.get("/v1/blobs/" + secret).problem(403).code()).isEqualTo("not-leased");
    node.finish(lease);
    assertThat(node.caller.get(path).problem(403).code()).isEqualTo("not-leased");
  }

  @Test
  void a_report_whose_files_are_not_in_the_store_is_asked_for_them_and_counts_later()
      throws Exception {
    Jobs.Job job = anna.submit("1");
    NodeSync.WantedLease lease = node.lease();
    NodeSync.GrantedTask task = Objects.requireNonNull(lease.grant()).tasks().getFirst();
    byte[] image = {9};
    byte[] log = {8};
    NodeSync.Report report = Node.report(lease.lease(), 0, task, image, log);
    List<NodeSync.HeldLease> held = List.of(new NodeSync.HeldLease(lease.lease(), true, List.of()));
    NodeSync.Ack ack = node.sync(held, List.of(report)).acks().getFirst();
    assertThat(ack.verdict()).isEqualTo("missing-files");
    assertThat(ack.missing())
        .containsExactlyInAnyOrder(Digest.of(image).hex(), Digest.of(log).hex());
    assertThat(anna.get("/v1/jobs/" + job.id()).as(Jobs.Job.class).tasks().done()).isZero();
    node.caller.upload(image);
    node.caller.upload(log);
    assertThat(node.sync(held, List.of(report)).acks().getFirst().verdict()).isEqualTo("recorded");
    assertThat(node.sync(List.of(), List.of(report)).acks().getFirst().verdict())
        .isEqualTo("stale");
    assertThat(anna.get("/v1/jobs/" + job.id()).as(Jobs.Job.class).state()).isEqualTo("done");
  }

  @Test
  void a_report_under_the_lease_of_another_node_does_not_count() throws Exception {
    anna.submit("1");
    NodeSync.WantedLease lease = node.lease();
    Node thief = new Node(farm.enrol("node", "n2"));
    NodeSync.GrantedTask task = Objects.requireNonNull(lease.grant()).tasks().getFirst();
    NodeSync.Report report = Node.report(lease.lease(), 0, task, new byte[] {1}, new byte[] {2});
    assertThat(thief.sync(List.of(), List.of(report)).acks().getFirst().verdict())
        .isEqualTo("stale");
    assertThat(node.finish(lease)).extracting(NodeSync.Ack::verdict).containsOnly("recorded");
  }

  @Test
  void a_parked_sync_is_answered_when_work_comes() throws Exception {
    node.sync(List.of(), List.of());
    try (ExecutorService one = Executors.newVirtualThreadPerTaskExecutor()) {
      NodeSync.Request request = node.request(List.of(), List.of(), 60_000);
      Future<NodeSync.Answer> parked =
          one.submit(
              () -> {
                NodeSync.Answer answer =
                    node.caller.post("/v1/node/sync", request).as(NodeSync.Answer.class);
                while (answer.leases().isEmpty()) {
                  answer =
                      node.caller
                          .post("/v1/node/sync", node.request(List.of(), List.of(), 60_000))
                          .as(NodeSync.Answer.class);
                }
                return answer;
              });
      anna.submit("1");
      assertThat(parked.get(20, TimeUnit.SECONDS).leases()).hasSize(1);
    }
  }

  private NodeSync.Request speaking(int protocol) {
    return call(protocol, false);
  }

  private NodeSync.Request call(int protocol, boolean leaving) {
    NodeSync.Request good = node.request(List.of(), List.of(), 0);
    return new NodeSync.Request(
        protocol, good.boot(), good.sequence(), 0, 1, leaving, List.of(), List.of(), good.facts());
  }

  private String stateOfNode() throws IOException {
    return anna.get("/v1/nodes").as(Farm.NodeList.class).nodes().getFirst().state();
  }

  @Test
  void a_node_is_online_when_its_first_call_is_answered_and_offline_when_its_farewell_is()
      throws IOException {
    for (int i = 0; i < 20; i++) {
      node.sync(List.of(), List.of());
      assertThat(stateOfNode()).isEqualTo("online");
      node.caller.post("/v1/node/sync", call(NodeSync.PROTOCOL, true)).expect(200);
      assertThat(stateOfNode()).isEqualTo("offline");
    }
  }

  /** So that a server can be upgraded before its nodes. */
  @Test
  void nodes_of_this_version_of_the_protocol_and_of_the_one_before_are_taken() throws IOException {
    for (int protocol : List.of(NodeSync.PROTOCOL, NodeSync.PROTOCOL - 1)) {
      assertThat(
              node.caller
                  .post("/v1/node/sync", speaking(protocol))
                  .as(NodeSync.Answer.class)
                  .leases())
          .isEmpty();
    }
  }

  @Test
  void nodes_of_versions_beyond_are_refused_in_plain_words() throws IOException {
    for (int protocol : List.of(NodeSync.PROTOCOL + 1, NodeSync.PROTOCOL - 2)) {
      Farm.Problem problem = node.caller.post("/v1/node/sync", speaking(protocol)).problem(409);
      assertThat(problem.code()).isEqualTo("protocol-unsupported");
      assertThat(problem.retry()).isEqualTo("never");
      assertThat(problem.title())
          .contains("speaks version " + protocol)
          .contains("versions " + (NodeSync.PROTOCOL - 1) + " to " + NodeSync.PROTOCOL);
      assertThat(problem.next()).contains("same version");
    }
  }

  @Test
  void hostile_reports_are_refused_as_a_whole() throws IOException {
    NodeSync.GrantedTask task = new NodeSync.GrantedTask(0, 1, 1);
    NodeSync.Report good = Node.report("l", 0, task, new byte[] {1}, new byte[] {2});
    NodeSync.Report climbing =
        new NodeSync.Report(
            "l",
            0,
            1,
            "succeeded",
            List.of(new NodeSync.OutputFile("../x.png", good.files().getFirst().digest(), 1)),
            null,
            null,
            0,
            0,
            null,
            null,
            null,
            null);
    NodeSync.Request request = node.request(List.of(), List.of(climbing), 0);
    assertThat(node.caller.post("/v1/node/sync", request).problem(422).title())
        .contains("../x.png");
    Reply empty = node.caller.post("/v1/node/sync", Map.of("protocol", 1));
    assertThat(empty.problem(422).code()).isEqualTo("field-missing");
  }

  @Test
  void progress_shows_at_the_task_the_node_and_the_job() throws Exception {
    Jobs.Job job = anna.submit("1-8");
    NodeSync.WantedLease lease = node.lease();
    int index = Objects.requireNonNull(lease.grant()).tasks().getFirst().index();
    NodeSync.Progress progress = new NodeSync.Progress(index, 50, 3.0, 1L << 20);
    node.sync(List.of(new NodeSync.HeldLease(lease.lease(), true, List.of(progress))), List.of());
    Jobs.Task task =
        anna.get("/v1/jobs/" + job.id() + "/tasks?frames=" + (index + 1))
            .as(Jobs.TaskPage.class)
            .tasks()
            .getFirst();
    assertThat(task.percent()).isEqualTo(50.0);
    assertThat(task.node()).isEqualTo("n1");
    Farm.Node seen = anna.get("/v1/nodes").as(Farm.NodeList.class).nodes().getFirst();
    assertThat(seen.state()).isEqualTo("online");
    assertThat(seen.now()).containsExactly("frame " + (index + 1) + " of 'shot' (50 %)");
    assertThat(seen.busy()).isEqualTo(1);
  }

  @Test
  void a_dependent_step_gets_the_outputs_it_needs_and_may_read_them() throws Exception {
    Digest manifest = anna.manifest("scene.blend", "scene");
    Jobs.Submit s = TestServer.submission("1-2", manifest);
    Jobs.Submit two =
        new Jobs.Submit(
            s.name(),
            s.project(),
            50,
            TestServer.TWO_STEPS_DIGEST.hex(),
            s.manifest(),
            s.parameters(),
            List.<Requirement>of(),
            s.settings());
    Jobs.Job job = anna.submit(two).as(Jobs.Job.class);
    assertThat(job.steps()).extracting(Jobs.Step::state).containsExactly("ready", "blocked");
    NodeSync.WantedLease lease = node.lease();
    while (Objects.requireNonNull(lease.grant()).step() == 0) {
      node.finish(lease);
      lease = node.lease();
    }
    List<NodeSync.OutputFile> inputs = Objects.requireNonNull(lease.grant()).inputs();
    assertThat(inputs)
        .extracting(NodeSync.OutputFile::path)
        .containsExactly("s0/0.png", "s0/1.png");
    node.caller.get("/v1/blobs/" + inputs.getFirst().digest()).expect(200);
    node.finish(lease);
    assertThat(anna.get("/v1/jobs/" + job.id()).as(Jobs.Job.class).state()).isEqualTo("done");
  }

  @Test
  void a_revoked_node_is_out_at_once_and_its_task_goes_to_another() throws Exception {
    anna.submit("1");
    node.lease();
    Farm.Identity who = node.caller.get("/v1/whoami").as(Farm.Identity.class);
    farm.admin.delete("/v1/keys/" + who.id()).expect(204);
    node.caller.post("/v1/node/sync", node.request(List.of(), List.of(), 0)).expect(401);
    assertThat(new Node(farm.enrol("node", "n2")).lease()).isNotNull();
  }

  private long seenAt() throws IOException {
    Farm.Node seen = anna.get("/v1/nodes").as(Farm.NodeList.class).nodes().getFirst();
    return Objects.requireNonNull(seen.seenAt());
  }

  @Test
  void stopping_answers_what_is_parked_and_takes_nothing_new() throws Exception {
    node.sync(List.of(), List.of());
    long before = seenAt();
    try (ExecutorService two = Executors.newVirtualThreadPerTaskExecutor()) {
      NodeSync.Request request = node.request(List.of(), List.of(), 1_000);
      Future<Reply> parked = two.submit(() -> node.caller.post("/v1/node/sync", request));
      while (seenAt() <= before) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(farm.server.stop()).isTrue();
      Reply reply = parked.get(5, TimeUnit.SECONDS);
      assertThat(reply.status()).isIn(200, 503);
      if (reply.status() == 503) {
        assertThat(reply.problem(503).code()).isEqualTo("draining");
      }
    }
  }
}
