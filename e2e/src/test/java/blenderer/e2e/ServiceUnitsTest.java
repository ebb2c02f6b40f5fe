package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The services for systemd that the finished folder brings along, as systemd reads them. */
@Tag("e2e")
final class ServiceUnitsTest {

  private static final String PLACE = "/opt/blenderer/bin/blenderer";

  @TempDir Path folder;

  @BeforeEach
  void unpack() throws IOException {
    // All of them: a timer is read together with its service.
    try (Stream<Path> units = Files.list(Dist.program().resolveSibling("../systemd"))) {
      for (Path unit : units.toList()) {
        String text = Files.readString(unit);
        assertThat(unit.toString().endsWith(".timer") || text.contains("ExecStart=" + PLACE))
            .isTrue();
        Files.writeString(
            folder.resolve(unit.getFileName().toString()),
            text.replace(PLACE, Dist.program().toString()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blenderer-server.service",
        "blenderer-node.service",
        "blenderer-backup.service",
        "blenderer-backup.timer"
      })
  void systemd_finds_nothing_to_say_about_what_ships(String name) {
    Path unit = folder.resolve(name);
    Run verified =
        Run.of(
            Duration.ofMinutes(1),
            folder,
            Map.of(),
            List.of("systemd-analyze", "verify", "--man=no", unit.toString()));
    // It exits with 0 also when it has to say that it does not know a line.
    assertThat(verified.all()).isBlank();
    verified.expect(0);
  }
}
