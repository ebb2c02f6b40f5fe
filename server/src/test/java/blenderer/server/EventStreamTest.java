package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Json;
import blenderer.api.NodeSync;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import blenderer.server.http.TestHttp;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a reader of the stream of events sees. */
@Timeout(60)
class EventStreamTest {

  /** An event; the id is empty if it has none. */
  private record Seen(String id, String kind, Farm.Event event) {}

  /** A reader of the raw stream. */
  private static final class Stream implements AutoCloseable {
    private final TestHttp http;
    private String rest = "";

    Stream(Caller caller, @Nullable String lastId) throws IOException {
      http = caller.farm().connect();
      Map<String, String> headers = new HashMap<>();
      headers.put("Authorization", "Bearer " + caller.secret());
      if (lastId != null) {
        headers.put("Last-Event-ID", lastId);
      }
      http.send("GET", "/v1/events", headers, null);
      assertThat(http.readLine()).startsWith("HTTP/1.1 200");
      while (!http.readLine().isEmpty()) {
        // headers
      }
    }

    private String block() throws IOException {
      while (!rest.contains("\n\n")) {
        byte[] chunk = http.chunk();
        if (chunk.length == 0) {
          throw new EOFException();
        }
        rest += new String(chunk, StandardCharsets.UTF_8);
      }
      int end = rest.indexOf("\n\n");
      String block = rest.substring(0, end);
      rest = rest.substring(end + 2);
      return block;
    }

    Seen next() throws IOException {
      while (true) {
        Map<String, String> fields = new HashMap<>();
        for (String line : block().split("\n", -1)) {
          int colon = line.indexOf(": ");
          if (colon > 0) {
            fields.put(line.substring(0, colon), line.substring(colon + 2));
          }
        }
        String data = fields.get("data");
        if (data != null) {
          return new Seen(
              fields.getOrDefault("id", ""),
              fields.getOrDefault("event", ""),
              Json.mapper().readValue(data, Farm.Event.class));
        }
      }
    }

    Seen next(Predicate<Seen> wanted) throws IOException {
      while (true) {
        Seen seen = next();
        if (wanted.test(seen)) {
          return seen;
        }
      }
    }

    @Override
    public void close() throws IOException {
      http.close();
    }
  }

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

  private static @Nullable Object field(Seen seen, String name) {
    return Objects.requireNonNull((Map<?, ?>) seen.event().row()).get(name);
  }

  @Test
  void changes_come_as_rows_and_a_reader_goes_on_where_it_stopped() throws IOException {
    Jobs.Job job;
    String last;
    try (Stream stream = new Stream(anna, null)) {
      job = anna.submit("1-4");
      Seen seen = stream.next(event -> event.kind().equals("job"));
      assertThat(seen.event().id()).isEqualTo(job.id());
      assertThat(field(seen, "state")).isEqualTo("waiting");
      assertThat(Long.parseLong(seen.id())).isEqualTo(seen.event().revision());
      last = seen.id();
    }
    anna.post("/v1/jobs/" + job.id() + "/pause").expect(200);
    anna.post("/v1/jobs/" + job.id() + "/cancel").expect(200);
    try (Stream stream = new Stream(anna, last)) {
      assertThat(field(stream.next(), "state")).isEqualTo("cancelled");
      anna.delete("/v1/jobs/" + job.id()).expect(204);
      assertThat(stream.next(event -> event.kind().equals("job")).event().row()).isNull();
    }
  }

  @Test
  void a_reader_that_missed_too_much_or_comes_from_elsewhere_starts_anew() throws IOException {
    anna.submit("1");
    for (String strange : List.of("999999", "-1")) {
      try (Stream stream = new Stream(anna, strange)) {
        assertThat(stream.next().kind()).isEqualTo("reset");
      }
    }
  }

  @Test
  void progress_comes_without_an_id() throws Exception {
    anna.submit("1");
    Node node = new Node(farm.enrol("node", "n1"));
    NodeSync.WantedLease lease = node.lease();
    try (Stream stream = new Stream(anna, null)) {
      node.sync(
          List.of(
              new NodeSync.HeldLease(
                  lease.lease(), true, List.of(new NodeSync.Progress(0, 25, null, null)))),
          List.of());
      Seen seen = stream.next(event -> event.kind().equals("progress"));
      assertThat(seen.id()).isEmpty();
      assertThat(field(seen, "percent")).isEqualTo(25.0);
      assertThat(field(seen, "node")).isEqualTo("n1");
      assertThat(field(seen, "item")).isEqualTo("1");
    }
  }

  @Test
  void the_stream_ends_when_the_server_stops() throws IOException {
    try (Stream stream = new Stream(anna, null)) {
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
