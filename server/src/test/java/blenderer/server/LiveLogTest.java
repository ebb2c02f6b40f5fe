package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import blenderer.api.LiveLogs;
import blenderer.api.NodeSync;
import blenderer.model.Digest;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Following the log of an attempt that is under way. */
@Timeout(60)
class LiveLogTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;
  private Node node;
  private Jobs.Job job;
  private NodeSync.WantedLease lease;

  @BeforeEach
  void start() throws Exception {
    farm = TestServer.inMemory(data);
    anna = farm.enrol("artist", "anna");
    node = new Node(farm.enrol("node", "n1"));
    job = anna.submit("1");
    lease = node.lease();
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private LiveLogs.Log read(String query) throws IOException {
    return anna.get("/v1/jobs/" + job.id() + "/frames/0/0/log" + query).as(LiveLogs.Log.class);
  }

  private List<LiveLogs.Followed> sync() throws IOException {
    List<LiveLogs.Followed> follow =
        node.sync(List.of(new NodeSync.HeldLease(lease.lease(), true, List.of())), List.of())
            .follow();
    return follow == null ? List.of() : follow;
  }

  private List<LiveLogs.Followed> tell(Node teller, long from, String text) throws IOException {
    LiveLogs.Told told =
        new LiveLogs.Told(List.of(new LiveLogs.Part(lease.lease(), 0, from, text)));
    return teller.caller.post("/v1/node/logs", told).as(LiveLogs.Wanted.class).follow();
  }

  @Test
  void a_node_is_asked_for_a_log_when_somebody_follows_it() throws Exception {
    assertThat(sync()).isEmpty();
    assertThat(read("").text()).isEmpty();
    assertThat(sync()).containsExactly(new LiveLogs.Followed(lease.lease(), 0, 0));
    assertThat(tell(node, 0, "ein Käse\n"))
        .containsExactly(new LiveLogs.Followed(lease.lease(), 0, 10));
    LiveLogs.Log first = read("?from=0");
    assertThat(first)
        .isEqualTo(new LiveLogs.Log(lease.lease(), "n1", 0, "ein Käse\n", 10, false, null));
    assertThat(read("?from=" + first.next()).text()).isEmpty();
  }

  @Test
  void whoever_waits_gets_new_lines_at_once_and_then_the_end() throws Exception {
    read("");
    try (ExecutorService one = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<LiveLogs.Log> waiting = one.submit(() -> read("?wait=25&lease=" + lease.lease()));
      tell(node, 0, "a\n");
      assertThat(waiting.get(10, TimeUnit.SECONDS).text()).isEqualTo("a\n");
      Future<LiveLogs.Log> end = one.submit(() -> read("?from=2&wait=25&lease=" + lease.lease()));
      node.finish(lease);
      LiveLogs.Log last = end.get(10, TimeUnit.SECONDS);
      assertThat(last.ended()).isTrue();
      assertThat(last.log())
          .isEqualTo(
              anna.get("/v1/jobs/" + job.id() + "/attempts")
                  .as(Jobs.AttemptPage.class)
                  .attempts()
                  .getFirst()
                  .log());
    }
    assertThat(sync()).isEmpty();
    String path = "/v1/jobs/" + job.id() + "/frames/0/0/log";
    assertThat(anna.get(path).problem(404).code()).isEqualTo("not-running");
  }

  @Test
  void what_is_told_twice_is_there_once_and_a_gap_is_named() throws Exception {
    read("");
    tell(node, 0, "one\n");
    tell(node, 0, "one\ntwo\n");
    tell(node, 4, "two\n");
    assertThat(read("?from=0").text()).isEqualTo("one\ntwo\n");
    tell(node, 1000, "much later\n");
    LiveLogs.Log later = read("?from=8");
    assertThat(later.from()).isEqualTo(1000);
    assertThat(later.text()).isEqualTo("much later\n");
    assertThat(later.next()).isEqualTo(1011);
  }

  @Test
  void each_reader_goes_on_from_its_own_place() throws Exception {
    read("");
    for (int i = 0; i < 5; i++) {
      tell(node, 2 * i, i + "\n");
    }
    assertThat(read("?from=0").text()).isEqualTo("0\n1\n2\n3\n4\n");
    assertThat(read("?from=6").text()).isEqualTo("3\n4\n");
    assertThat(read("?from=9").text()).isEqualTo("\n");
    assertThat(read("?from=10").text()).isEmpty();
  }

  @Test
  void only_the_newest_of_a_long_log_is_kept() throws Exception {
    read("");
    String line = "x".repeat(64 * 1024 - 1) + "\n";
    for (int i = 0; i < 20; i++) {
      tell(node, i * 65_536L, line);
    }
    LiveLogs.Log kept = read("?from=0");
    assertThat(kept.next()).isEqualTo(20 * 65_536L);
    assertThat(kept.text()).hasSize(4 * 65_536);
    assertThat(kept.from()).isEqualTo(16 * 65_536L);
  }

  @Test
  void another_node_cannot_write_into_it() throws Exception {
    read("");
    Node other = new Node(farm.enrol("node", "n2"));
    assertThat(tell(other, 0, "lies\n")).isEmpty();
    assertThat(read("").text()).isEmpty();
    assertThat(anna.post("/v1/node/logs", new LiveLogs.Told(List.of())).problem(403).code())
        .isEqualTo("role-not-allowed");
    LiveLogs.Told much =
        new LiveLogs.Told(List.of(new LiveLogs.Part(lease.lease(), 0, 0, "x".repeat(300 * 1024))));
    assertThat(node.caller.post("/v1/node/logs", much).problem(422).code()).isEqualTo("bad-logs");
  }

  @Test
  void an_attempt_that_nobody_knows_has_ended_without_a_log() throws Exception {
    LiveLogs.Log none = read("?lease=" + Digest.of("x".getBytes(StandardCharsets.UTF_8)).hex());
    assertThat(none.ended()).isTrue();
    assertThat(none.log()).isNull();
  }
}
