package blenderer.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ConnectionString.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KnownServersTest {

  @TempDir private Path data;

  @Test
  void what_servers_said_is_known_after_a_restart() {
    KnownServers.in(data).heard(List.of("a:1", "b:2"));
    KnownServers known = KnownServers.in(data);
    assertThat(known.addresses()).containsExactly(new Address("a", 1), new Address("b", 2));
    known.heard(List.of("b:2", "[::1]:3"));
    assertThat(KnownServers.in(data).addresses())
        .containsExactly(new Address("b", 2), new Address("::1", 3), new Address("a", 1));
    assertThat(data.toFile().list()).containsExactly("servers");
  }

  @Test
  void what_is_no_news_is_not_written_again() throws IOException {
    KnownServers known = KnownServers.in(data);
    known.heard(List.of("a:1", "b:1"));
    Files.delete(data.resolve("servers"));
    known.heard(List.of("b:1"));
    assertThat(data.resolve("servers")).doesNotExist();
  }

  @Test
  void what_is_no_address_is_passed_over_and_another_farm_begins_with_none() throws IOException {
    Files.writeString(data.resolve("servers"), "a:1\nwhatever this is\n\nb:99999\n");
    KnownServers known = KnownServers.in(data);
    assertThat(known.addresses()).containsExactly(new Address("a", 1));
    known.forget();
    assertThat(KnownServers.in(data).addresses()).isEmpty();
  }

  @Test
  void a_disk_that_takes_nothing_keeps_nobody_from_work() throws IOException {
    Path file = Files.writeString(data.resolve("no-folder"), "");
    KnownServers known = KnownServers.in(file);
    known.heard(List.of("a:1"));
    assertThat(known.addresses()).containsExactly(new Address("a", 1));
  }
}
