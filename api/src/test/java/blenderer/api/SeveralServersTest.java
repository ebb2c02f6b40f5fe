package blenderer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of a farm with several servers, on real connections. */
@Timeout(60)
final class SeveralServersTest {

  private static final TestCertificates CERTIFICATES = new TestCertificates();
  private static final SSLContext TLS = CERTIFICATES.server(3600);
  private static final String ANSWER =
      "{\"sequence\":1,\"state\":\"online\",\"leases\":[],\"acks\":[],"
          + "\"heartbeatMillis\":1,\"parkMillis\":2,\"termMillis\":3}";
  private static final String READ_ONLY =
      "{\"status\":503,\"code\":\"read-only\",\"title\":\"It cannot write.\","
          + "\"next\":\"Wait.\",\"retry\":\"here\"}";

  private static String who(String name) {
    return "{\"id\":\"1\",\"name\":\"%s\",\"role\":\"admin\"}".formatted(name);
  }

  /** Answers every call with the server's name, and where the leader is if that is not empty. */
  private static ScriptedServer named(String name, String leader) {
    return new ScriptedServer(TLS, (_, peer) -> answer(peer, who(name), leader));
  }

  private static void answer(ScriptedServer.Peer peer, String body, String leader)
      throws IOException {
    while (true) {
      peer.read();
      peer.write(
          "HTTP/1.1 200 x\r\nContent-Length: %d\r\n%s\r\n%s"
              .formatted(
                  body.length(),
                  leader.isEmpty() ? "" : "Blenderer-Leader: " + leader + "\r\n",
                  body));
    }
  }

  private static ConnectionString connection(ScriptedServer... servers) {
    return connection(Arrays.stream(servers).map(ScriptedServer::port).toList());
  }

  private static ConnectionString connection(List<Integer> ports) {
    return new ConnectionString(
        ports.stream().map(port -> new ConnectionString.Address("127.0.0.1", port)).toList(),
        CERTIFICATES.fingerprint(),
        "blk_" + "a".repeat(43));
  }

  private static FarmClient client(ConnectionString connection) {
    Backoff none =
        new Backoff(
            Duration.ofSeconds(5),
            time -> {
              throw new AssertionError("nobody has to wait " + time);
            },
            System::nanoTime,
            () -> 0);
    return new FarmClient(connection, ClientOptions.defaults().withRetry(none));
  }

  private static String at(ScriptedServer server) {
    return "127.0.0.1:" + server.port();
  }

  private static NodeSync.Request request() {
    return new NodeSync.Request(
        NodeSync.PROTOCOL, "b", 1, 25_000, 1, false, List.of(), List.of(), null);
  }

  @Test
  void a_call_whose_server_breaks_off_goes_to_the_next_one_without_a_pause() throws IOException {
    try (ScriptedServer dying = new ScriptedServer(TLS, (_, peer) -> peer.read());
        ScriptedServer good = named("good", "");
        FarmClient client = client(connection(dying, good))) {
      assertThat(client.whoami().name()).isEqualTo("good");
      assertThat(client.whoami().name()).isEqualTo("good");
      assertThat(dying.requests).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void a_call_that_must_not_be_repeated_is_not_sent_to_the_next_one() throws IOException {
    try (ScriptedServer dying = new ScriptedServer(TLS, (_, peer) -> peer.read());
        ScriptedServer good = named("good", "");
        FarmClient client = client(connection(dying, good))) {
      UnreachableException lost =
          catchThrowableOfType(
              UnreachableException.class, () -> client.invite(new Farm.NewInvite("node", 1, 3600)));
      assertThat(lost.code()).isEqualTo("connection-lost");
      assertThat(good.requests).isEmpty();
    }
  }

  @Test
  void where_the_leader_is_said_to_be_is_asked_next_although_nobody_named_it() throws IOException {
    try (ScriptedServer leader = named("leader", "");
        ScriptedServer follower = named("follower", at(leader));
        FarmClient client = client(connection(follower))) {
      assertThat(client.whoami().name()).isEqualTo("follower");
      assertThat(client.whoami().name()).isEqualTo("leader");
      assertThat(client.whoami().name()).isEqualTo("leader");
      assertThat(follower.requests).hasSize(1);
    }
  }

  @Test
  void a_leader_that_is_gone_is_forgotten_and_its_follower_asked_again() throws IOException {
    ScriptedServer leader = named("leader", "");
    try (ScriptedServer follower = named("follower", at(leader));
        FarmClient client = client(connection(follower))) {
      client.whoami();
      assertThat(client.whoami().name()).isEqualTo("leader");
      leader.close();
      assertThat(client.whoami().name()).isEqualTo("follower");
      // It still names the dead one, which is not asked again at once.
      assertThat(client.whoami().name()).isEqualTo("follower");
    }
  }

  @Test
  void a_leader_of_another_authority_gets_no_key() throws IOException {
    TestCertificates others = new TestCertificates();
    try (ScriptedServer thief =
            new ScriptedServer(others.server(3600), (_, peer) -> answer(peer, who("thief"), ""));
        ScriptedServer follower = named("follower", at(thief));
        FarmClient client = client(connection(follower))) {
      client.whoami();
      assertThat(client.whoami().name()).isEqualTo("follower");
      assertThat(thief.requests).isEmpty();
    }
  }

  @Test
  void a_server_that_can_do_nothing_is_left_for_another_one() throws IOException {
    List<Duration> pauses = new ArrayList<>();
    Backoff backoff = new Backoff(Duration.ofSeconds(5), pauses::add, System::nanoTime, () -> 0);
    try (ScriptedServer cut =
            new ScriptedServer(
                TLS,
                (_, peer) -> {
                  while (true) {
                    peer.read();
                    peer.reply(503, "application/json", READ_ONLY.getBytes(StandardCharsets.UTF_8));
                  }
                });
        ScriptedServer good = named("good", "");
        FarmClient client =
            new FarmClient(connection(cut, good), ClientOptions.defaults().withRetry(backoff))) {
      assertThat(client.whoami().name()).isEqualTo("good");
      assertThat(client.whoami().name()).isEqualTo("good");
      assertThat(pauses).hasSize(1);
      assertThat(cut.requests).hasSize(1);
    }
  }

  @Test
  void while_servers_choose_a_leader_a_call_waits_longer_than_for_other_trouble() {
    List<Duration> pauses = new ArrayList<>();
    long[] now = {0};
    Backoff backoff =
        new Backoff(
            Duration.ofSeconds(2),
            time -> {
              pauses.add(time);
              now[0] += time.toNanos();
            },
            () -> now[0],
            () -> 0);
    ApiException choosing =
        new ApiException(
            new Farm.Problem(503, "no-leader", "Nobody leads.", "Wait.", "here"),
            Duration.ofSeconds(1));
    String done =
        backoff.retrying(
            () -> {
              if (now[0] < Duration.ofSeconds(12).toNanos()) {
                throw choosing;
              }
              return "done";
            });
    assertThat(done).isEqualTo("done");
    assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) >= 0);
    assertThat(
            catchThrowableOfType(
                ApiException.class,
                () ->
                    backoff
                        .withPatience(Duration.ZERO)
                        .retrying(
                            () -> {
                              throw choosing;
                            })))
        .isSameAs(choosing);
  }

  @Test
  @Tag("slow")
  void a_computer_that_is_silent_in_the_handshake_costs_three_seconds_once() throws IOException {
    // Its kernel takes connections; nobody there reads.
    try (ServerSocket stopped = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ScriptedServer good = named("good", "");
        FarmClient client = client(connection(List.of(stopped.getLocalPort(), good.port())))) {
      long from = System.nanoTime();
      assertThat(client.whoami().name()).isEqualTo("good");
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofMillis(2_500), Duration.ofMillis(4_500));
      from = System.nanoTime();
      assertThat(client.whoami().name()).isEqualTo("good");
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  @Tag("slow")
  void a_server_that_stops_in_mid_call_is_left_after_five_seconds() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedServer stopping =
            new ScriptedServer(
                TLS,
                (_, peer) -> {
                  peer.read();
                  peer.json(who("first"));
                  peer.read();
                  await(end);
                });
        ScriptedServer good = named("good", "");
        FarmClient client = client(connection(stopping, good))) {
      assertThat(client.whoami().name()).isEqualTo("first");
      long from = System.nanoTime();
      assertThat(client.whoami().name()).isEqualTo("good");
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(7));
      end.countDown();
    }
  }

  @Test
  void a_parked_sync_is_heard_by_its_pulse_and_read_to_its_end() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(
                TLS,
                (_, peer) -> {
                  while (true) {
                    peer.read();
                    pulsing(peer);
                    piece(peer, "\n");
                    piece(peer, "\n" + ANSWER);
                    peer.write("0\r\n\r\n");
                  }
                });
        ScriptedServer other = named("other", "");
        FarmClient client = client(connection(server, other));
        SyncLine line = client.syncLine()) {
      assertThat(line.sync(request()).state()).isEqualTo("online");
      assertThat(line.sync(request()).state()).isEqualTo("online");
      assertThat(server.connections).hasValue(1);
      assertThat(server.requests.getFirst().headers()).containsEntry("Blenderer-Pulse", "yes");
    }
  }

  @Test
  void a_node_of_a_farm_with_one_server_asks_for_no_pulse() throws IOException {
    try (ScriptedServer server = new ScriptedServer(TLS, (_, peer) -> answer(peer, ANSWER, ""));
        FarmClient client = client(connection(server));
        SyncLine line = client.syncLine()) {
      assertThat(line.sync(request()).state()).isEqualTo("online");
      assertThat(server.requests.getFirst().headers()).doesNotContainKey("Blenderer-Pulse");
    }
  }

  @Test
  void a_problem_behind_a_pulse_is_the_same_error_as_a_problem_answer() throws IOException {
    try (ScriptedServer late =
            new ScriptedServer(
                TLS,
                (_, peer) -> {
                  peer.read();
                  pulsing(peer);
                  piece(peer, "\n" + READ_ONLY);
                  peer.write("0\r\n\r\n");
                });
        ScriptedServer good = new ScriptedServer(TLS, (_, peer) -> answer(peer, ANSWER, ""));
        FarmClient client = client(connection(late, good));
        SyncLine line = client.syncLine()) {
      ApiException e = catchThrowableOfType(ApiException.class, () -> line.sync(request()));
      assertThat(e.code()).isEqualTo("read-only");
      assertThat(e.status()).isEqualTo(503);
      assertThat(e.sentence()).isEqualTo("It cannot write.");
      assertThat(e.mayPass()).isTrue();
      assertThat(line.sync(request()).state()).isEqualTo("online");
      assertThat(good.requests).hasSize(1);
    }
  }

  @Test
  @Tag("slow")
  void a_parked_sync_whose_server_falls_silent_is_given_up_after_five_seconds() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedServer stopping =
            new ScriptedServer(
                TLS,
                (_, peer) -> {
                  peer.read();
                  pulsing(peer);
                  piece(peer, "\n");
                  await(end);
                });
        ScriptedServer good = new ScriptedServer(TLS, (_, peer) -> answer(peer, ANSWER, ""));
        FarmClient client = client(connection(stopping, good));
        SyncLine line = client.syncLine()) {
      long from = System.nanoTime();
      UnreachableException e =
          catchThrowableOfType(UnreachableException.class, () -> line.sync(request()));
      assertThat(e.code()).isEqualTo("timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(7));
      assertThat(line.sync(request()).state()).isEqualTo("online");
      assertThat(good.requests).hasSize(1);
      end.countDown();
    }
  }

  @Test
  @Tag("slow")
  void other_calls_at_a_server_whose_sync_falls_silent_go_to_the_next_one_at_once()
      throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch called = new CountDownLatch(1);
    try (ScriptedServer stopping =
            new ScriptedServer(
                TLS,
                (_, peer) -> {
                  if (peer.read().target().contains("sync")) {
                    pulsing(peer);
                    piece(peer, "\n");
                  } else {
                    called.countDown();
                  }
                  await(end);
                });
        ScriptedServer good = named("good", "");
        FarmClient client = client(connection(stopping, good));
        SyncLine line = client.syncLine();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<UnreachableException> sync =
          threads.submit(
              () -> catchThrowableOfType(UnreachableException.class, () -> line.sync(request())));
      // Alone it would wait for two seconds more than the sync.
      Thread.sleep(1_000);
      Future<Farm.Identity> other = threads.submit(client::whoami);
      await(called);
      assertThat(sync.get().code()).isEqualTo("timeout");
      long from = System.nanoTime();
      assertThat(other.get().name()).isEqualTo("good");
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(1));
      end.countDown();
    }
  }

  @Test
  void servers_that_a_sync_names_are_gone_to_when_the_known_one_is_gone() throws IOException {
    try (ScriptedServer added = named("added", "")) {
      String answer =
          ANSWER.substring(0, ANSWER.length() - 1)
              + ",\"servers\":[\"%s\",\"not an address\"]}".formatted(at(added));
      ScriptedServer first = new ScriptedServer(TLS, (_, peer) -> answer(peer, answer, ""));
      try (FarmClient client = client(connection(first));
          SyncLine line = client.syncLine()) {
        assertThat(line.sync(request()).servers()).hasSize(2);
        first.close();
        assertThat(client.whoami().name()).isEqualTo("added");
      }
    }
  }

  private static void pulsing(ScriptedServer.Peer peer) throws IOException {
    peer.write(
        "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n"
            + "Blenderer-Pulse: yes\r\n\r\n");
  }

  private static void piece(ScriptedServer.Peer peer, String text) throws IOException {
    peer.write(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
