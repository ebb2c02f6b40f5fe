package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Json;
import blenderer.api.NodeSync;
import blenderer.core.MemoryJournal;
import blenderer.core.Settings;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import blenderer.server.http.TestHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sync that is kept for long, and whoever wants to hear meanwhile that the server is there. */
@Tag("slow")
@Timeout(60)
class PulseTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;
  private Node node;

  @BeforeEach
  void start() throws IOException {
    farm =
        TestServer.start(
            TestServer.options(data).withSettings(Settings.defaults()),
            Storage.inMemory(new MemoryJournal()));
    anna = farm.enrol("artist", "anna");
    node = new Node(farm.enrol("node", "n1"));
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private void send(TestHttp line, long park, Map<String, String> more) throws IOException {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("Authorization", "Bearer " + node.caller.secret());
    headers.put("Content-Type", "application/json");
    line.send(
        "POST",
        "/v1/node/sync",
        headers,
        Json.mapper().writeValueAsBytes(node.request(List.of(), List.of(), park)));
  }

  private static void readPulsingHead(TestHttp line) throws IOException {
    assertThat(line.readLine()).startsWith("HTTP/1.1 200");
    boolean said = false;
    for (String header = line.readLine(); !header.isEmpty(); header = line.readLine()) {
      said |= header.equalsIgnoreCase("Blenderer-Pulse: yes");
    }
    assertThat(said).isTrue();
  }

  private static String rest(TestHttp line) throws IOException {
    StringBuilder all = new StringBuilder();
    for (byte[] chunk = line.chunk(); chunk.length > 0; chunk = line.chunk()) {
      all.append(new String(chunk, StandardCharsets.UTF_8));
    }
    return all.toString();
  }

  @Test
  void a_parked_sync_is_heard_from_before_it_is_answered() throws IOException {
    node.sync(List.of(), List.of());
    try (TestHttp line = farm.connect()) {
      send(line, 25_000, Map.of("Blenderer-Pulse", "yes"));
      readPulsingHead(line);
      assertThat(line.chunk()).containsExactly('\n');
      anna.submit("1");
      NodeSync.Answer answer = Json.mapper().readValue(rest(line), NodeSync.Answer.class);
      assertThat(answer.leases()).hasSize(1);
      // The connection carries the next call.
      send(line, 0, Map.of("Blenderer-Pulse", "yes"));
      TestHttp.Answer next = line.read(false);
      assertThat(next.status()).isEqualTo(200);
      assertThat(next.header("blenderer-pulse")).isEqualTo("yes");
      assertThat(next.header("content-length")).isNotEmpty();
    }
  }

  @Test
  void what_goes_wrong_after_the_first_pulse_is_a_problem_in_the_body() throws Exception {
    node.sync(List.of(), List.of());
    try (TestHttp line = farm.connect()) {
      send(line, 25_000, Map.of("Blenderer-Pulse", "yes"));
      readPulsingHead(line);
      assertThat(line.chunk()).containsExactly('\n');
      Thread closing = Thread.startVirtualThread(farm.server::stop);
      Farm.Problem problem = Json.mapper().readValue(rest(line), Farm.Problem.class);
      assertThat(problem.status()).isEqualTo(503);
      assertThat(problem.code()).isEqualTo("draining");
      assertThat(problem.retry()).isEqualTo("here");
      closing.join();
    }
  }

  @Test
  void a_node_that_does_not_ask_for_it_gets_one_whole_answer() throws IOException {
    node.sync(List.of(), List.of());
    try (TestHttp line = farm.connect()) {
      send(line, 2_500, Map.of());
      TestHttp.Answer answer = line.read(false);
      assertThat(answer.header("blenderer-pulse")).isEmpty();
      assertThat(answer.header("content-length")).isNotEmpty();
      assertThat(answer.text()).startsWith("{");
    }
  }
}
