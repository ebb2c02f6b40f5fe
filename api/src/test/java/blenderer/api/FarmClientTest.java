package blenderer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import blenderer.model.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class FarmClientTest {

  private static final TestCertificates CERTIFICATES = new TestCertificates();
  private static final SSLContext TLS = CERTIFICATES.server(3600);
  private static final String WHO = "{\"id\":\"1\",\"name\":\"ada\",\"role\":\"admin\",\"new\":1}";

  private static ScriptedServer server(ScriptedServer.Script script) {
    return new ScriptedServer(TLS, script);
  }

  private static FarmClient client(ScriptedServer server) {
    return client(server.connection(CERTIFICATES.fingerprint()));
  }

  private static FarmClient client(ConnectionString connection) {
    return new FarmClient(connection, quick());
  }

  private static ClientOptions quick() {
    Backoff backoff = new Backoff(Duration.ofSeconds(5), _ -> {}, System::nanoTime, () -> 0);
    return ClientOptions.defaults()
        .withRetry(backoff)
        .withTransferPatience(Duration.ofSeconds(5))
        .withReadTimeout(Duration.ofSeconds(10));
  }

  private static void serveForEver(ScriptedServer.Peer peer) throws IOException {
    while (true) {
      peer.read();
      peer.json(WHO);
    }
  }

  @Test
  void a_second_call_uses_the_first_ones_connection_and_says_who_asks() throws IOException {
    try (ScriptedServer server = server((_, peer) -> serveForEver(peer))) {
      ConnectionString connection = server.connection(CERTIFICATES.fingerprint());
      try (FarmClient client = client(connection)) {
        assertThat(client.whoami()).isEqualTo(new Farm.Identity("1", "ada", "admin"));
        assertThat(client.whoami().name()).isEqualTo("ada");
      }
      assertThat(server.connections).hasValue(1);
      assertThat(server.requests.getFirst().headers())
          .containsEntry("Authorization", "Bearer " + connection.secret());
    }
  }

  @Test
  void a_chunked_answer_is_put_together() throws IOException {
    try (ScriptedServer server =
            server(
                (_, peer) -> {
                  peer.read();
                  peer.write("HTTP/1.1 100 Continue\r\n\r\n");
                  peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  for (int at = 0; at < WHO.length(); at += 7) {
                    String piece = WHO.substring(at, Math.min(WHO.length(), at + 7));
                    peer.write(Integer.toHexString(piece.length()) + ";x=y\r\n" + piece + "\r\n");
                  }
                  peer.write("0\r\nTrailer: 1\r\n\r\n");
                  serveForEver(peer);
                });
        FarmClient client = client(server)) {
      assertThat(client.whoami().name()).isEqualTo("ada");
      assertThat(client.whoami().name()).isEqualTo("ada");
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void a_connection_that_the_server_closed_while_idle_is_replaced() throws IOException {
    CountDownLatch closed = new CountDownLatch(1);
    try (ScriptedServer server =
            server(
                (number, peer) -> {
                  if (number == 0) {
                    peer.read();
                    peer.json(WHO);
                    peer.out().close();
                    closed.countDown();
                  } else {
                    serveForEver(peer);
                  }
                });
        FarmClient client = client(server)) {
      client.whoami();
      await(closed);
      assertThat(client.whoami().name()).isEqualTo("ada");
      assertThat(server.connections).hasValue(2);
      assertThat(server.requests).hasSize(2);
    }
  }

  @Test
  void a_call_that_must_not_be_repeated_is_sent_once() throws IOException {
    try (ScriptedServer server = server((_, peer) -> peer.read());
        FarmClient client = client(server)) {
      UnreachableException lost =
          catchThrowableOfType(
              UnreachableException.class, () -> client.invite(new Farm.NewInvite("node", 1, 3600)));
      assertThat(lost.code()).isEqualTo("connection-lost");
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void a_busy_server_is_asked_again_after_the_time_it_names() throws IOException {
    List<Duration> pauses = new ArrayList<>();
    Backoff backoff = new Backoff(Duration.ofMinutes(1), pauses::add, System::nanoTime, () -> 0);
    try (ScriptedServer server =
            server(
                (_, peer) -> {
                  peer.read();
                  peer.write("HTTP/1.1 503 x\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
                  serveForEver(peer);
                });
        FarmClient client =
            new FarmClient(
                server.connection(CERTIFICATES.fingerprint()), quick().withRetry(backoff))) {
      assertThat(client.whoami().name()).isEqualTo("ada");
      assertThat(pauses).containsExactly(Duration.ofSeconds(7));
    }
  }

  /** A newer program at an older server, or the other way round. */
  @Test
  void a_server_of_another_version_is_said_to_be_one() throws IOException {
    String problem =
        "{\"status\":404,\"code\":\"no-such-route\",\"title\":\"There is nothing at /v9.\","
            + "\"next\":\"See openapi.yaml.\",\"retry\":\"never\"}";
    try (ScriptedServer server =
            server(
                (number, peer) -> {
                  peer.read();
                  String body = number == 0 ? problem : "[\"another shape\"]";
                  peer.write(
                      (number == 0 ? "HTTP/1.1 404 x" : "HTTP/1.1 200 x")
                          + "\r\nBlenderer-Version: 9.9\r\nContent-Type: application/problem+json"
                          + "\r\nConnection: close\r\nContent-Length: "
                          + body.length()
                          + "\r\n\r\n"
                          + body);
                });
        FarmClient client = client(server)) {
      ApiException unknown = catchThrowableOfType(ApiException.class, client::whoami);
      assertThat(unknown.code()).isEqualTo("no-such-route");
      assertThat(unknown.sentence()).contains("Blenderer 9.9").contains("different versions");
      assertThat(unknown.next()).contains("same version");
      ApiException shape = catchThrowableOfType(ApiException.class, client::whoami);
      assertThat(shape.code()).isEqualTo("answer-not-understood");
      assertThat(shape.next()).contains("same version");
    }
  }

  @Test
  void a_problem_carries_code_sentence_and_next_step() throws IOException {
    String problem =
        "{\"status\":404,\"code\":\"job-not-found\",\"title\":\"There is no job 'x'.\","
            + "\"next\":\"See 'blenderer jobs'.\",\"retry\":\"never\"}";
    try (ScriptedServer server =
            server(
                (_, peer) -> {
                  peer.read();
                  peer.reply(
                      404, "application/problem+json", problem.getBytes(StandardCharsets.UTF_8));
                });
        FarmClient client = client(server)) {
      ApiException e = catchThrowableOfType(ApiException.class, () -> client.job("x"));
      assertThat(e.code()).isEqualTo("job-not-found");
      assertThat(e.sentence()).isEqualTo("There is no job 'x'.");
      assertThat(e.next()).isEqualTo("See 'blenderer jobs'.");
    }
  }

  @Test
  void another_certificate_authority_is_refused_by_name() throws IOException {
    try (ScriptedServer server = server((_, peer) -> serveForEver(peer));
        FarmClient client = client(server.connection(new TestCertificates().fingerprint()))) {
      assertUnreachable(client, "wrong-fingerprint");
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void showing_the_right_authority_without_its_signature_is_refused() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(CERTIFICATES.impostor(), (_, peer) -> serveForEver(peer));
        FarmClient client = client(server)) {
      assertUnreachable(client, "wrong-fingerprint");
    }
  }

  @Test
  void an_expired_certificate_is_told_from_a_wrong_one() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(CERTIFICATES.server(-3600), (_, peer) -> serveForEver(peer));
        FarmClient client = client(server)) {
      assertUnreachable(client, "certificate-time");
    }
  }

  @Test
  void without_a_fingerprint_an_unknown_authority_is_refused() throws IOException {
    try (ScriptedServer server = server((_, peer) -> serveForEver(peer));
        FarmClient client = client(server.connection(""))) {
      assertUnreachable(client, "certificate-refused");
    }
  }

  @Test
  void a_line_that_ends_in_the_handshake_is_no_wrong_server() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                while (!listener.isClosed()) {
                  try (Socket line = listener.accept()) {
                    line.getInputStream().readNBytes(5);
                  } catch (IOException e) {
                    // The test is over.
                  }
                }
              });
      ConnectionString there =
          new ConnectionString(
              List.of(new ConnectionString.Address("127.0.0.1", listener.getLocalPort())),
              CERTIFICATES.fingerprint(),
              "blk_" + "a".repeat(43));
      try (FarmClient client = new FarmClient(there, quick().withPatience(Duration.ZERO))) {
        assertThatThrownBy(client::whoami)
            .isInstanceOf(UnreachableException.class)
            .hasMessageContaining("127.0.0.1:" + listener.getLocalPort() + " (it hung up)");
      }
    }
  }

  private static void assertUnreachable(FarmClient client, String code) {
    UnreachableException e = catchThrowableOfType(UnreachableException.class, client::whoami);
    assertThat(e.code()).isEqualTo(code);
    assertThat(e.next()).isNotBlank();
  }

  @Test
  void nobody_there_is_said_with_the_address_and_the_next_address_is_tried() throws IOException {
    int dead;
    try (ServerSocket socket = new ServerSocket(0)) {
      dead = socket.getLocalPort();
    }
    ConnectionString.Address nobody = new ConnectionString.Address("127.0.0.1", dead);
    try (ScriptedServer server = server((_, peer) -> serveForEver(peer))) {
      ConnectionString good = server.connection(CERTIFICATES.fingerprint());
      ConnectionString none =
          new ConnectionString(List.of(nobody), good.fingerprint(), good.secret());
      try (FarmClient client = new FarmClient(none, quick().withPatience(Duration.ZERO))) {
        assertThatThrownBy(client::whoami)
            .isInstanceOf(UnreachableException.class)
            .hasMessageContaining("127.0.0.1:" + dead + " (connection refused)");
      }
      ConnectionString both =
          new ConnectionString(
              List.of(nobody, good.addresses().getFirst()), good.fingerprint(), good.secret());
      try (FarmClient client = client(both)) {
        assertThat(client.whoami().name()).isEqualTo("ada");
      }
    }
  }

  @Test
  void a_download_cut_in_mid_body_goes_on_where_it_was(@TempDir Path folder) throws IOException {
    byte[] blob = random(300_000);
    try (ScriptedServer server =
            server(
                (number, peer) -> {
                  ScriptedServer.Request request = peer.read();
                  String range = request.headers().getOrDefault("Range", "bytes=0-");
                  int from = Integer.parseInt(range.substring(6, range.length() - 1));
                  peer.write(
                      "HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n"
                          .formatted(from == 0 ? 200 : 206, blob.length - from));
                  int until = number == 0 ? 100_000 : blob.length;
                  peer.out().write(blob, from, until - from);
                  peer.out().flush();
                });
        FarmClient client = client(server)) {
      Path target = folder.resolve("a").resolve("frame.png");
      long[] moved = new long[1];
      client.downloadBlob(Digest.of(blob), target, bytes -> moved[0] += bytes);
      assertThat(target).hasBinaryContent(blob);
      assertThat(moved[0]).isEqualTo(blob.length);
      assertThat(server.requests).hasSize(2);
      assertThat(server.requests.getLast().headers()).containsEntry("Range", "bytes=100000-");
      assertThat(folder.resolve("a").toFile().list()).containsExactly("frame.png");
    }
  }

  @Test
  void a_list_cut_in_mid_body_is_a_lost_line_and_asked_for_again() throws IOException {
    String page =
        """
        {"invites": [{"id": "a", "role": "node", "usesLeft": 1, "expiresAt": 2},
         {"id": "b", "role": "node", "usesLeft": 1, "expiresAt": 2}]}\
        """;
    try (ScriptedServer server =
            server(
                (number, peer) -> {
                  peer.read();
                  peer.write(
                      "HTTP/1.1 200 x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                          .formatted(page.length()));
                  peer.write(number == 0 ? page.substring(0, page.length() - 30) : page);
                });
        FarmClient client = client(server)) {
      assertThat(client.invites().invites()).hasSize(2);
      assertThat(server.requests).hasSize(2);
    }
  }

  @Test
  void a_wrong_byte_never_becomes_the_file(@TempDir Path folder) throws IOException {
    byte[] blob = random(1000);
    byte[] wrong = blob.clone();
    wrong[500]++;
    try (ScriptedServer server =
            server(
                (_, peer) -> {
                  while (true) {
                    peer.read();
                    peer.reply(200, "application/octet-stream", wrong);
                  }
                });
        FarmClient client = client(server)) {
      Path target = folder.resolve("frame.png");
      LocalFileException e =
          catchThrowableOfType(
              LocalFileException.class,
              () -> client.downloadBlob(Digest.of(blob), target, TransferProgress.NONE));
      assertThat(e.code()).isEqualTo("digest-mismatch");
      assertThat(folder.toFile().list()).isEmpty();
    }
  }

  @Test
  void an_upload_goes_in_parts_and_resumes_after_a_cut() throws IOException {
    byte[] blob = random(BlobTransfer.PART + 1000);
    byte[] store = new byte[blob.length];
    int[] received = new int[1];
    boolean[] committed = new boolean[1];
    boolean[] cut = new boolean[1];
    try (ScriptedServer server =
            server(
                (_, peer) -> {
                  while (true) {
                    ScriptedServer.Request request = peer.read();
                    if (request.method().equals("PUT")) {
                      int offset =
                          Integer.parseInt(
                              request.target().substring(request.target().indexOf('=') + 1));
                      assertThat(offset).isEqualTo(received[0]);
                      int count = cut[0] ? request.body().length : 5000;
                      System.arraycopy(request.body(), 0, store, offset, count);
                      received[0] += count;
                      if (!cut[0]) {
                        cut[0] = true;
                        return;
                      }
                    }
                    if (request.target().endsWith("/commit")) {
                      committed[0] = true;
                      peer.write("HTTP/1.1 204 x\r\n\r\n");
                    } else {
                      peer.json(
                          "{\"id\":\"u\",\"received\":%d,\"complete\":false}"
                              .formatted(received[0]));
                    }
                  }
                });
        FarmClient client = client(server)) {
      long[] moved = new long[1];
      client.uploadBlob(
          Digest.of(blob), blob.length, BlobSource.bytes("x", blob), bytes -> moved[0] += bytes);
      assertThat(committed[0]).isTrue();
      assertThat(Arrays.equals(store, blob)).isTrue();
      assertThat(moved[0]).isEqualTo(blob.length);
    }
  }

  @Test
  void a_refusal_in_mid_upload_is_read_although_the_pipe_is_broken() throws IOException {
    byte[] blob = random(4_000_000);
    try (ScriptedServer server =
            server(
                (_, peer) -> {
                  peer.read();
                  peer.json("{\"id\":\"u\",\"received\":0,\"complete\":false}");
                  peer.in().readNBytes(1000);
                  peer.reply(
                      403,
                      "application/problem+json",
                      "{\"status\":403,\"code\":\"not-allowed\"}".getBytes(StandardCharsets.UTF_8));
                  peer.in().transferTo(OutputStream.nullOutputStream());
                });
        FarmClient client = client(server)) {
      ApiException e =
          catchThrowableOfType(
              ApiException.class,
              () ->
                  client.uploadBlob(
                      Digest.of(blob),
                      blob.length,
                      BlobSource.bytes("x", blob),
                      TransferProgress.NONE));
      assertThat(e.code()).isEqualTo("not-allowed");
    }
  }

  @Test
  void a_file_that_got_shorter_is_noticed(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("tex.png"), random(10_000));
    try (ScriptedServer server =
            server(
                (_, peer) -> {
                  while (true) {
                    peer.read();
                    peer.json("{\"id\":\"u\",\"received\":0,\"complete\":false}");
                  }
                });
        FarmClient client = client(server)) {
      assertThatThrownBy(
              () ->
                  client.uploadBlob(
                      Digest.of(random(5)), 20_000, BlobSource.file(file), TransferProgress.NONE))
          .isInstanceOf(LocalFileException.class)
          .hasMessageContaining("tex.png");
    }
  }

  @Test
  void a_parked_sync_can_be_cut_from_another_thread_and_the_line_goes_on() throws Exception {
    CountDownLatch parked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedServer server =
            server(
                (number, peer) -> {
                  peer.read();
                  if (number == 0) {
                    parked.countDown();
                    await(end);
                    return;
                  }
                  peer.json(
                      "{\"sequence\":2,\"state\":\"online\",\"leases\":[],\"acks\":[],"
                          + "\"heartbeatMillis\":1,\"parkMillis\":2,\"termMillis\":3}");
                });
        FarmClient client = client(server);
        SyncLine line = client.syncLine()) {
      AtomicReference<Object> result = new AtomicReference<>("nothing");
      Thread caller =
          Thread.startVirtualThread(
              () -> {
                try {
                  result.set(line.sync(request(1)));
                } catch (FarmException e) {
                  result.set(e.code());
                }
              });
      await(parked);
      line.cut();
      caller.join();
      assertThat(result).hasValue("cut");
      assertThat(line.sync(request(2)).state()).isEqualTo("online");
      end.countDown();
    }
  }

  private static NodeSync.Request request(long sequence) {
    return new NodeSync.Request(
        NodeSync.PROTOCOL, "b", sequence, 25_000, 1, false, List.of(), List.of(), null);
  }

  @Test
  void events_are_read_with_their_ids_and_rows() throws IOException {
    try (ScriptedServer server =
            server(
                (_, peer) -> {
                  peer.read();
                  peer.write("HTTP/1.1 200 x\r\nContent-Type: text/event-stream\r\n\r\n");
                  peer.write(": hello\n\nid: 41\nevent: node\ndata: ");
                  peer.write("{\"kind\":\"node\",\"id\":\"n\",\"revision\":41,");
                  peer.write("\ndata: \"row\":" + WHO + "}\n\nevent: reset\ndata:\n\n");
                });
        FarmClient client = client(server);
        EventStream events = client.events("40")) {
      Farm.Event event = events.next();
      assertThat(event.kind()).isEqualTo("node");
      assertThat(EventStream.row(event, Farm.Identity.class).orElseThrow().name()).isEqualTo("ada");
      assertThat(events.lastId()).contains("41");
      assertThat(events.next().kind()).isEqualTo("reset");
      assertThatThrownBy(events::next).isInstanceOf(UnreachableException.class);
      assertThat(server.requests.getFirst().headers()).containsEntry("Last-Event-ID", "40");
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
