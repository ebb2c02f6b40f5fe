package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two computers with one key, and computers whose clock is wrong. */
@Timeout(60)
class NodeKeysTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;
  private Caller key;

  @BeforeEach
  void start() throws IOException {
    farm = TestServer.inMemory(data);
    anna = farm.enrol("artist", "anna");
    key = farm.enrol("node", "n1");
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private TestServer.Reply call(Node node) throws IOException {
    return node.caller.post("/v1/node/sync", node.request(List.of(), List.of(), 0));
  }

  @Test
  void of_two_living_computers_with_one_key_the_second_is_refused_and_the_first_goes_on()
      throws Exception {
    anna.submit("1-2");
    Node first = new Node(key);
    Node second = new Node(key);
    call(first).expect(200);
    call(second).expect(200);
    call(first).expect(200);
    call(second).expect(200);
    call(first).expect(200);
    Farm.Problem problem = call(second).problem(409);
    assertThat(problem.code()).isEqualTo("node-twice");
    assertThat(problem.title()).contains("Another computer works as node 'n1' already");
    assertThat(call(second).problem(409).code()).isEqualTo("node-twice");
    NodeSync.Answer answer = call(first).as(NodeSync.Answer.class);
    assertThat(answer.notice()).startsWith("a second computer called with this node's key");
    assertThat(farm.admin.get("/v1/nodes").as(Farm.NodeList.class).nodes().getFirst().idle())
        .startsWith("A second computer called with this node's key");
    // Nothing is lost of what they fought for.
    first.finish(first.lease());
    assertThat(anna.get("/v1/jobs").as(Jobs.JobPage.class).jobs().getFirst().tasks().done())
        .isPositive();
  }

  @Test
  void a_computer_that_was_started_anew_is_let_in_although_a_word_of_the_old_one_comes_late()
      throws Exception {
    Node old = new Node(key);
    Node anew = new Node(key);
    call(old).expect(200);
    call(anew).expect(200);
    call(old).expect(200);
    for (int i = 0; i < 5; i++) {
      call(anew).expect(200);
    }
  }

  @Test
  void a_wrong_clock_of_a_node_is_not_seen_in_its_results() throws Exception {
    Jobs.Job job = anna.submit("1");
    Node node = new Node(key);
    NodeSync.WantedLease lease = node.lease();
    NodeSync.GrantedTask task = Objects.requireNonNull(lease.grant()).tasks().getFirst();
    byte[] image = {1};
    byte[] log = {2};
    node.caller.upload(image);
    node.caller.upload(log);
    long now = System.currentTimeMillis();
    long year = 365L * 24 * 3600 * 1000;
    NodeSync.Report plain = Node.report(lease.lease(), 0, task, image, log);
    NodeSync.Report late =
        new NodeSync.Report(
            plain.lease(),
            plain.index(),
            plain.generation(),
            plain.outcome(),
            plain.files(),
            plain.log(),
            null,
            now + year - 4_000,
            now + year - 1_000,
            plain.renderer(),
            null,
            null,
            null);
    NodeSync.Request request = node.request(List.of(), List.of(late), 0);
    node.caller
        .post(
            "/v1/node/sync",
            new NodeSync.Request(
                request.protocol(),
                request.boot(),
                request.sequence(),
                0,
                1,
                false,
                request.leases(),
                request.reports(),
                null,
                null,
                now + year))
        .expect(200);
    Jobs.Attempt attempt =
        anna.get("/v1/jobs/" + job.id() + "/attempts")
            .as(Jobs.AttemptPage.class)
            .attempts()
            .getFirst();
    assertThat(attempt.endedAt()).isBetween(now - 60_000, now + 60_000);
    assertThat(attempt.endedAt() - attempt.startedAt()).isEqualTo(3_000);
  }
}
