package blenderer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConnectionStringTest {

  private static final String PRINT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_";
  private static final String SECRET = "blk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
  private static final String GOOD = "https://one:8443,[::1]:9000#v1." + PRINT + "." + SECRET;

  @Test
  void what_is_parsed_prints_the_same_again() {
    ConnectionString parsed = ConnectionString.parse("  " + GOOD + "\n");
    assertThat(parsed.print()).isEqualTo(GOOD);
    assertThat(parsed.addresses())
        .containsExactly(
            new ConnectionString.Address("one", 8443), new ConnectionString.Address("::1", 9000));
    assertThat(parsed.isInvite()).isFalse();
  }

  @Test
  void a_missing_port_is_8443_and_an_empty_fingerprint_is_allowed() {
    assertThat(ConnectionString.parse("https://farm.example#v1.." + SECRET).print())
        .isEqualTo("https://farm.example:8443#v1.." + SECRET);
  }

  @Test
  void the_secret_is_not_in_its_text() {
    assertThat(ConnectionString.parse(GOOD).toString()).doesNotContain("0123456789");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                | empty
          http://one#v1..S                  | only reached by https
          one:8443#v1..S                    | does not begin with https://
          https://one:8443                  | with a fingerprint and a secret after it
          https://one:8443#v9.P.S           | version v9
          https://one:8443#P.S              | no version
          https://one:8443#v1.P             | three parts
          https://one:8443#v1.P.S.S         | three parts
          https://one:8443#v1.short.S       | fingerprint
          https://one:8443#v1.P.            | ends before its secret
          https://one:8443#v1.P.bli_short   | cut off
          https://one:8443#v1.P.other_0123456789abcdefghijklmnopqrstuvwxyz | bli_
          https://one:eight#v1.P.S          | eight
          https://one:70000#v1.P.S          | 70000
          https://,one:1#v1.P.S             | empty server name
          https://o ne:1#v1.P.S             | o ne
          """)
  void each_way_to_be_wrong_is_named(String text, String reason) {
    String filled = text.replace("P", PRINT).replace("S", SECRET);
    assertThatThrownBy(() -> ConnectionString.parse(filled))
        .isInstanceOf(ConnectionStringException.class)
        .hasMessageContaining(reason)
        .message()
        .doesNotContain(SECRET);
  }

  @Test
  void it_is_read_from_text_file_or_input(@TempDir Path folder) throws IOException {
    InputStream nothing = InputStream.nullInputStream();
    Path file = Files.writeString(folder.resolve("admin.connection"), "\n" + GOOD + "\n");
    InputStream input = new ByteArrayInputStream((GOOD + "\n").getBytes(StandardCharsets.UTF_8));
    assertThat(ConnectionString.read(GOOD, nothing).print()).isEqualTo(GOOD);
    assertThat(ConnectionString.read(file.toString(), nothing).print()).isEqualTo(GOOD);
    assertThat(ConnectionString.read("-", input).print()).isEqualTo(GOOD);
    assertThatThrownBy(() -> ConnectionString.read("no-such-file", nothing))
        .hasMessageContaining("'no-such-file' is neither a connection string nor a file");
  }

  @Test
  void a_file_may_hold_all_that_the_command_of_an_invite_printed(@TempDir Path folder)
      throws IOException {
    InputStream nothing = InputStream.nullInputStream();
    Path printed =
        Files.writeString(
            folder.resolve("node.connection"),
            "An invite for 5 nodes, valid until tomorrow. Keep it secret:\n" + GOOD + "\n");
    assertThat(ConnectionString.read(printed.toString(), nothing).print()).isEqualTo(GOOD);

    assertThat(ConnectionString.read("-", Files.newInputStream(printed)).print()).isEqualTo(GOOD);

    Path wrong = Files.writeString(folder.resolve("wrong"), "\nnothing of that kind\n");
    assertThatThrownBy(() -> ConnectionString.read(wrong.toString(), nothing))
        .hasMessageContaining("does not begin with https://");
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    assertThatThrownBy(() -> ConnectionString.read(empty.toString(), nothing))
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> ConnectionString.read("-", Files.newInputStream(empty)))
        .hasMessageContaining("is empty");
  }

  @Test
  void what_is_typed_and_cut_off_is_refused_without_waiting_for_more() {
    InputStream typed =
        new SequenceInputStream(
            new ByteArrayInputStream("ttps://farm:8443#v1.cut\n".getBytes(StandardCharsets.UTF_8)),
            new InputStream() {
              @Override
              public int read() {
                throw new AssertionError("more was waited for");
              }
            });
    assertThatThrownBy(() -> ConnectionString.read("-", typed))
        .hasMessageContaining("does not begin with https://");
  }

  @Test
  void secrets_have_their_prefix_and_256_bits() {
    assertThat(Secrets.newKey()).matches("blk_[A-Za-z0-9_-]{43}").isNotEqualTo(Secrets.newKey());
    assertThat(Secrets.newInvite()).matches("bli_[A-Za-z0-9_-]{43}");
    assertThat(Secrets.hash("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
