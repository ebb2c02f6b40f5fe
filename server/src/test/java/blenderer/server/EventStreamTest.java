package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a reader of the stream of events sees. */
@Timeout(60)
class EventStreamTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;

  @BeforeEach
  void start() throws IOException {
    farm = TestServer.inMemory(data);
    anna = farm.enrol("artist", "anna");
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private static @Nullable Object field(TestEvents.Seen seen, String name) {
    return Objects.requireNonNull((Map<?, ?>) seen.event().row()).get(name);
  }

  @Test
  void changes_come_as_rows_and_a_reader_goes_on_where_it_stopped() throws IOException {
    Jobs.Job job;
    String last;
    try (TestEvents stream = new TestEvents(anna, null)) {
      job = anna.submit("1-4");
      TestEvents.Seen seen = stream.next(event -> event.kind().equals("job"));
      assertThat(seen.event().id()).isEqualTo(job.id());
      assertThat(field(seen, "state")).isEqualTo("waiting");
      assertThat(Long.parseLong(seen.id())).isEqualTo(seen.event().revision());
      last = seen.id();
    }
    anna.post("/v1/jobs/" + job.id() + "/pause").expect(200);
    anna.post("/v1/jobs/" + job.id() + "/cancel").expect(200);
    try (TestEvents stream = new TestEvents(anna, last)) {
      assertThat(field(stream.next(), "state")).isEqualTo("cancelled");
      anna.delete("/v1/jobs/" + job.id()).expect(204);
      assertThat(stream.next(event -> event.kind().equals("job")).event().row()).isNull();
    }
  }

  @Test
  void a_reader_that_missed_too_much_or_comes_from_elsewhere_starts_anew() throws IOException {
    anna.submit("1");
    for (String strange : List.of("999999", "-1")) {
      try (TestEvents stream = new TestEvents(anna, strange)) {
        assertThat(stream.next().kind()).isEqualTo("reset");
      }
    }
  }

  @Test
  void progress_comes_without_an_id() throws Exception {
    anna.submit("1");
    Node node = new Node(farm.enrol("node", "n1"));
    NodeSync.WantedLease lease = node.lease();
    try (TestEvents stream = new TestEvents(anna, null)) {
      node.sync(
          List.of(
              new NodeSync.HeldLease(
                  lease.lease(), true, List.of(new NodeSync.Progress(0, 25, null, null)))),
          List.of());
      TestEvents.Seen seen = stream.next(event -> event.kind().equals("progress"));
      assertThat(seen.id()).isEmpty();
      assertThat(field(seen, "percent")).isEqualTo(25.0);
      assertThat(field(seen, "node")).isEqualTo("n1");
      assertThat(field(seen, "item")).isEqualTo("1");
    }
  }

  @Test
  void the_stream_ends_when_the_server_stops() throws IOException {
    try (TestEvents stream = new TestEvents(anna, null)) {
      assertThat(farm.server.stop()).isTrue();
      assertThatThrownBy(stream::next).isInstanceOf(IOException.class);
    }
  }

  @Test
  void outputs_can_be_waited_for() throws Exception {
    Jobs.Job job = anna.submit("1");
    Node node = new Node(farm.enrol("node", "n1"));
    NodeSync.WantedLease lease = node.lease();
    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Jobs.OutputPage> waiting =
          other.submit(
              () ->
                  anna.get("/v1/jobs/" + job.id() + "/outputs?wait=20").as(Jobs.OutputPage.class));
      node.finish(lease);
      assertThat(waiting.get().outputs()).hasSize(1);
    }
    long before = System.nanoTime();
    assertThat(
            anna.get("/v1/jobs/" + job.id() + "/outputs?after=1&wait=20")
                .as(Jobs.OutputPage.class)
                .outputs())
        .isEmpty();
    assertThat(System.nanoTime() - before)
        .as("a finished job is not waited for")
        .isLessThan(10_000_000_000L);
  }
}
