package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.api.Farm;
import blenderer.server.http.TestHttp;
import blenderer.server.trust.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Starting, restarting and living long. */
@Timeout(60)
class ServerTest {

  @TempDir private Path data;

  @Test
  void a_second_server_on_the_same_folder_is_refused() throws IOException {
    try (TestServer farm = TestServer.inMemory(data)) {
      assertThatThrownBy(() -> TestServer.inMemory(data))
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("uses " + data);
      farm.admin.get("/v1/whoami").expect(200);
    }
    TestServer.inMemory(data).close();
  }

  @Test
  void a_taken_port_is_named() throws IOException {
    try (TestServer farm = TestServer.inMemory(data.resolve("a"))) {
      ServerOptions taken = ServerOptions.in(data.resolve("b"), "127.0.0.1", farm.server.port());
      assertThatThrownBy(() -> Server.start(taken))
          .isInstanceOf(ServerException.class)
          .hasMessageContaining(":" + farm.server.port())
          .hasMessageContaining("--listen");
    }
  }

  @Test
  void a_restart_keeps_authority_admin_and_keys() throws IOException {
    byte[] connection;
    TestServer first = TestServer.sqlite(data);
    assertThat(first.server.isFirstStart()).isTrue();
    String secret = first.enrol("viewer", "vera").secret();
    connection = first.authority.getPublicKey().getEncoded();
    first.close();
    try (TestServer again = TestServer.sqlite(data)) {
      assertThat(again.server.isFirstStart()).isFalse();
      assertThat(again.authority.getPublicKey().getEncoded()).isEqualTo(connection);
      assertThat(again.admin.get("/v1/whoami").as(Farm.Identity.class).role()).isEqualTo("admin");
      again.caller(secret).get("/v1/whoami").expect(200);
    }
  }

  @Test
  void an_admin_file_without_its_key_is_taken_up_after_a_crash() throws IOException {
    TestServer.sqlite(data).close();
    // As after a crash between the two: the file is there, the store knows nothing.
    Files.delete(data.resolve("journal.sqlite"));
    Files.deleteIfExists(data.resolve("journal.sqlite-wal"));
    Files.deleteIfExists(data.resolve("journal.sqlite-shm"));
    try (TestServer again = TestServer.sqlite(data)) {
      again.admin.get("/v1/whoami").expect(200);
    }
  }

  @Test
  void the_certificate_is_renewed_while_the_server_runs() throws IOException {
    AtomicReference<Instant> now =
        new AtomicReference<>(Instant.now().minus(Duration.ofMinutes(119)));
    InstantSource clock = now::get;
    ServerOptions options = TestServer.options(data).withClock(clock, Duration.ofHours(3));
    Storage storage = Storage.inMemory(new blenderer.core.MemoryJournal());
    try (TestServer farm = TestServer.start(options, storage)) {
      X509Certificate before = shown(farm);
      farm.server.checkTls();
      assertThat(shown(farm)).isEqualTo(before);
      now.set(now.get().plus(Duration.ofMinutes(119)));
      farm.server.checkTls();
      X509Certificate after = shown(farm);
      assertThat(after).isNotEqualTo(before);
      assertThat(after.getNotAfter()).isAfter(before.getNotAfter());
      assertThat(Certificates.names(after)).contains("localhost", "127.0.0.1");
      farm.admin.get("/v1/whoami").expect(200);
    }
  }

  private static X509Certificate shown(TestServer farm) throws IOException {
    try (TestHttp http = farm.connect()) {
      return (X509Certificate) http.certificate();
    }
  }

  @Test
  void the_command_says_what_is_wrong_with_its_options() {
    CommandLine line = new CommandLine(new ServerCommand());
    java.io.StringWriter err = new java.io.StringWriter();
    line.setErr(new java.io.PrintWriter(err));
    assertThat(line.execute("--data", data.toString(), "--listen", "here")).isEqualTo(2);
    assertThat(line.execute("--data", data.toString(), "--tls-cert", "x")).isEqualTo(2);
    assertThat(line.execute("--data", data.toString(), "--min-free", "much")).isEqualTo(2);
    assertThat(err.toString()).contains("HOST:PORT").contains("--tls-key").contains("2GiB");
    assertThat(data.resolve("journal.sqlite")).doesNotExist();
  }
}
