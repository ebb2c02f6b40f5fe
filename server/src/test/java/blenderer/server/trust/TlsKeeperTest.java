package blenderer.server.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.api.ConnectionString;
import blenderer.server.http.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsKeeperTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LIFE = Duration.ofDays(90);

  @TempDir private Path data;

  private TlsKeeper open(Instant now, String... names) {
    return TlsKeeper.open(data, List.of(names), LIFE, Optional.empty(), text -> text, now);
  }

  @Test
  void the_authority_can_sign_servers_and_nothing_else() throws CertificateException {
    TlsKeeper keeper = open(NOW, "farm.example", "10.0.0.7");
    List<X509Certificate> chain = keeper.identity().chain();
    assertThat(chain).hasSize(2);
    X509Certificate authority = chain.getLast();
    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(authority.getKeyUsage()[5]).as("signs certificates").isTrue();
    assertThat(authority.getKeyUsage()[0]).as("signs other things").isFalse();
    assertThat(authority.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    X509Certificate server = chain.getFirst();
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(Certificates.names(server)).containsExactlyInAnyOrder("farm.example", "10.0.0.7");
    assertThat(keeper.fingerprint())
        .isEqualTo(ConnectionString.fingerprintOf(authority.getEncoded()))
        .hasSize(43);
  }

  @Test
  void a_restart_reads_what_is_there_and_files_are_private() throws IOException {
    TlsIdentity first = open(NOW, "a").identity();
    TlsIdentity again = open(NOW.plus(Duration.ofDays(30)), "a").identity();
    assertThat(again.chain()).isEqualTo(first.chain());
    for (String file : List.of("tls/ca.pem", "tls/server.pem")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(file))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void a_new_name_or_two_thirds_of_its_life_renew_the_certificate_under_the_same_authority() {
    TlsKeeper keeper = open(NOW, "a");
    TlsIdentity first = keeper.identity();
    assertThat(keeper.check(NOW.plus(Duration.ofDays(59)))).isEmpty();
    TlsIdentity renewed = keeper.check(NOW.plus(Duration.ofDays(61))).orElseThrow();
    assertThat(renewed.chain().getFirst()).isNotEqualTo(first.chain().getFirst());
    assertThat(renewed.chain().getLast()).isEqualTo(first.chain().getLast());
    TlsIdentity named = open(NOW.plus(Duration.ofDays(62)), "a", "b").identity();
    assertThat(Certificates.names(named.chain().getFirst())).contains("b");
    assertThat(named.chain().getLast()).isEqualTo(first.chain().getLast());
  }

  @Test
  void a_file_left_half_written_by_a_crash_does_no_harm() throws IOException {
    TlsIdentity first = open(NOW, "a").identity();
    Files.writeString(data.resolve("tls/server.pem.new"), "half");
    Files.writeString(data.resolve("tls/ca.pem.new"), "half");
    assertThat(open(NOW, "a").identity().chain()).isEqualTo(first.chain());
  }

  @Test
  void an_own_certificate_is_read_again_when_its_files_change() throws IOException {
    Certificates.Signer authority = Certificates.newAuthority(NOW);
    TlsIdentity one = Certificates.newServer(authority, List.of("a"), NOW, LIFE);
    TlsKeeper.OwnFiles own = write(one, one);
    TlsKeeper keeper =
        TlsKeeper.open(data, List.of("a"), LIFE, Optional.of(own), text -> text, NOW);
    assertThat(keeper.identity().chain()).isEqualTo(one.chain());
    assertThat(keeper.fingerprint()).isEqualTo(Certificates.fingerprint(authority.certificate()));
    assertThat(keeper.check(NOW)).isEmpty();
    TlsIdentity two = Certificates.newServer(authority, List.of("a"), NOW, LIFE);
    write(two, one);
    assertThat(keeper.check(NOW)).as("key and certificate do not match yet").isEmpty();
    write(two, two);
    assertThat(keeper.check(NOW).orElseThrow().chain()).isEqualTo(two.chain());
  }

  private TlsKeeper.OwnFiles write(TlsIdentity certificate, TlsIdentity key) throws IOException {
    TlsKeeper.OwnFiles own =
        new TlsKeeper.OwnFiles(data.resolve("cert.pem"), data.resolve("key.pem"));
    String certificates = Pem.write(certificate);
    String keys = Pem.write(key);
    Files.writeString(
        own.certificate(), certificates.substring(certificates.indexOf("-----BEGIN CERT")));
    Files.writeString(own.key(), keys.substring(0, keys.indexOf("-----BEGIN CERT")));
    return own;
  }

  @Test
  void own_files_that_cannot_be_used_are_named() throws IOException {
    TlsKeeper.OwnFiles own =
        new TlsKeeper.OwnFiles(data.resolve("cert.pem"), data.resolve("key.pem"));
    Files.writeString(own.certificate(), "no certificate");
    Files.writeString(own.key(), "no key");
    assertThatThrownBy(
            () -> TlsKeeper.open(data, List.of("a"), LIFE, Optional.of(own), text -> text, NOW))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("cert.pem");
  }
}
