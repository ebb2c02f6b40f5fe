package blenderer.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.server.trust.Certificates;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server library has to do to carry Blenderer, over real TLS sockets. */
@Timeout(60)
@Tag("slow")
class HttpContractTest {

  private static final Certificates.Signer AUTHORITY =
      Certificates.newAuthority(Instant.parse("2026-01-01T00:00:00Z"));

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger parked = new AtomicInteger();
  private final AtomicInteger slowEnded = new AtomicInteger();
  private final Map<String, Long> received = new ConcurrentHashMap<>();
  private HttpServer server;

  private static TlsIdentity identity() {
    return Certificates.newServer(
        AUTHORITY, List.of("localhost", "127.0.0.1"), Instant.now(), Duration.ofDays(1));
  }

  @BeforeEach
  void start() {
    server =
        HttpServer.start(
            new HttpOptions(
                "127.0.0.1",
                0,
                Duration.ofSeconds(20),
                Duration.ofMillis(1500),
                Map.of("Blenderer-Version", "test")),
            identity(),
            List.of(
                new Route("GET", "/hello/{name}", x -> x.json(200, Map.of("hi", x.param("name")))),
                new Route("GET", "/query", x -> x.json(200, Map.of("q", x.query("q").orElse("-")))),
                new Route("POST", "/json", x -> x.json(200, x.json(Map.class))),
                new Route("GET", "/parked", this::park),
                new Route("GET", "/endless", this::endless),
                new Route("PUT", "/count", this::count),
                new Route("GET", "/bug", x -> bug()),
                new Route("GET", "/peer", x -> x.json(200, Map.of("peer", x.peer())))));
  }

  @AfterEach
  void stop() {
    released.countDown();
    server.stop(Duration.ofSeconds(10));
  }

  private static void bug() {
    throw new IllegalStateException("a mistake of ours");
  }

  private void park(Exchange exchange) throws IOException {
    parked.incrementAndGet();
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    exchange.empty(204);
  }

  private void endless(Exchange exchange) throws IOException {
    byte[] block = new byte[64 << 10];
    try {
      OutputStream out = exchange.stream(200, "application/octet-stream", -1);
      while (true) {
        out.write(block);
      }
    } finally {
      slowEnded.incrementAndGet();
    }
  }

  private void count(Exchange exchange) throws IOException {
    long bytes = exchange.body().transferTo(OutputStream.nullOutputStream());
    received.put("count", bytes);
    exchange.json(200, Map.of("bytes", bytes, "length", exchange.length()));
  }

  private TestHttp connect() throws IOException {
    return TestHttp.connect(server.port(), AUTHORITY.certificate());
  }

  @Test
  void path_parameters_and_queries_arrive_decoded() throws IOException {
    try (TestHttp http = connect()) {
      assertThat(http.get("/hello/a%20b%2Bc+d").text()).isEqualTo("{\"hi\":\"a b+c+d\"}");
      assertThat(http.get("/query?q=1-20%2C30&x=y").text()).isEqualTo("{\"q\":\"1-20,30\"}");
    }
  }

  @Test
  void one_connection_carries_many_requests() throws IOException {
    try (TestHttp http = connect()) {
      for (int i = 0; i < 50; i++) {
        TestHttp.Answer answer = http.get("/hello/" + i);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("\"" + i + "\"");
        assertThat(answer.header("blenderer-version")).isEqualTo("test");
      }
    }
  }

  @Test
  void head_has_the_length_of_get_and_no_body() throws IOException {
    try (TestHttp http = connect()) {
      TestHttp.Answer head = http.request("HEAD", "/hello/you", Map.of(), null);
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("content-length")).isEqualTo("12");
      assertThat(http.get("/hello/me").text()).isEqualTo("{\"hi\":\"me\"}");
    }
  }

  @Test
  void unknown_paths_and_methods_are_told_as_problems() throws IOException {
    try (TestHttp http = connect()) {
      TestHttp.Answer unknown = http.get("/nothing");
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.header("content-type")).isEqualTo("application/problem+json");
      assertThat(unknown.text()).contains("no-such-route");
      assertThat(http.request("DELETE", "/json", Map.of(), null).status()).isEqualTo(405);
      assertThat(http.get("/hello/%ZZ").text()).contains("bad-http");
    }
  }

  @Test
  void a_bug_is_a_500_without_its_text_and_the_connection_goes_on() throws IOException {
    try (TestHttp http = connect()) {
      TestHttp.Answer answer = http.get("/bug");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.text()).contains("\"internal\"").doesNotContain("mistake");
      assertThat(http.get("/hello/x").status()).isEqualTo(200);
    }
  }

  @Test
  void a_chunked_request_is_read_whole() throws IOException {
    try (TestHttp http = connect()) {
      http.write(
          """
          PUT /count HTTP/1.1
          Host: localhost
          Transfer-Encoding: chunked

          5
          hello
          1
          !
          0

          """
              .replace("\n", "\r\n"));
      assertThat(http.read(false).text()).contains("\"bytes\":6").contains("\"length\":-1");
      assertThat(http.get("/hello/x").status()).isEqualTo(200);
    }
  }

  @Test
  void a_large_upload_is_streamed() throws IOException {
    try (TestHttp http = connect()) {
      assertThat(http.request("PUT", "/count", Map.of(), new byte[40 << 20]).text())
          .contains("\"bytes\":" + (40 << 20));
    }
  }

  @Test
  void json_that_is_too_long_broken_or_null_is_refused() throws IOException {
    try (TestHttp http = connect()) {
      byte[] tooLong = new byte[Exchange.MAX_JSON + 1];
      assertThat(http.request("POST", "/json", Map.of(), tooLong).status()).isEqualTo(413);
      assertThat(http.post("/json", "{broken").text()).contains("bad-json");
      assertThat(http.post("/json", "null").text()).contains("bad-json");
      assertThat(http.post("/json", "{} {}").text()).contains("bad-json");
      assertThat(http.post("/json", "{\"a\":1}").text()).isEqualTo("{\"a\":1}");
    }
  }

  @Test
  void the_peer_is_known_by_its_address() throws IOException {
    try (TestHttp http = connect()) {
      assertThat(http.get("/peer").text()).isEqualTo("{\"peer\":\"127.0.0.1\"}");
    }
  }

  @Test
  void a_reader_that_goes_away_ends_its_answer_and_leaves_no_spinning_thread() throws Exception {
    TestHttp http = connect();
    http.write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(http.readSome(200_000)).isPositive();
    http.close();
    eventually(() -> slowEnded.get() == 1);
    assertIdle();
  }

  @Test
  void a_reader_that_stops_to_read_is_cut() throws Exception {
    try (TestHttp http = connect()) {
      http.write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
      eventually(() -> slowEnded.get() == 1);
      try (TestHttp other = connect()) {
        assertThat(other.get("/hello/x").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void a_peer_that_goes_away_while_parked_leaves_no_spinning_thread() throws Exception {
    TestHttp http = connect();
    http.write("GET /parked HTTP/1.1\r\nHost: localhost\r\n\r\n");
    eventually(() -> parked.get() == 1);
    http.close();
    assertIdle();
    released.countDown();
    assertThat(server.stop(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void stop_lets_parked_requests_be_answered_and_refuses_new_ones() throws Exception {
    try (TestHttp waiting = connect();
        TestHttp idle = connect()) {
      assertThat(idle.get("/hello/x").status()).isEqualTo(200);
      waiting.write("GET /parked HTTP/1.1\r\nHost: localhost\r\n\r\n");
      eventually(() -> parked.get() == 1);
      try (ExecutorService one = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Boolean> stopped = one.submit(() -> server.stop(Duration.ofSeconds(20)));
        eventually(
            () -> {
              TestHttp.Answer refused = connect().get("/hello/x");
              return refused.status() == 503 && refused.text().contains("draining");
            });
        assertThat(stopped.isDone()).isFalse();
        released.countDown();
        assertThat(waiting.read(false).status()).isEqualTo(204);
        assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThatThrownBy(() -> connect()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_thousand_requests_can_be_parked_and_are_all_answered() throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        answers.add(
            clients.submit(
                () -> {
                  try (TestHttp http = connect()) {
                    return http.get("/parked").status();
                  }
                }));
      }
      eventually(() -> parked.get() == 1000);
      assertIdle();
      released.countDown();
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(204);
      }
    }
  }

  @Test
  void a_new_certificate_is_shown_to_new_connections_only() throws IOException {
    try (TestHttp old = connect()) {
      TlsIdentity newer = identity();
      server.reloadTls(newer);
      assertThat(old.get("/hello/x").status()).isEqualTo(200);
      assertThat(old.certificate()).isNotEqualTo(newer.chain().getFirst());
      try (TestHttp fresh = connect()) {
        assertThat(fresh.certificate()).isEqualTo(newer.chain().getFirst());
      }
    }
  }

  @Test
  void a_silent_garbage_or_plain_peer_disturbs_nobody() throws Exception {
    try (java.net.Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port());
        TestHttp garbage = connect()) {
      plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      garbage.write("\u0001\u0002 nonsense\r\n\r\n");
      try (TestHttp http = connect()) {
        assertThat(http.get("/hello/x").status()).isEqualTo(200);
      }
    }
  }

  private interface Check {
    boolean holds() throws Exception;
  }

  private static void eventually(Check check) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!check.holds()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** The process needs less than half a core for a while; other tests run in other processes. */
  private static void assertIdle() throws Exception {
    OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    eventually(
        () -> {
          long before = os.getProcessCpuTime();
          TimeUnit.MILLISECONDS.sleep(500);
          return os.getProcessCpuTime() - before < 250_000_000L;
        });
  }
}
