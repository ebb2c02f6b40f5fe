package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.BlobSource;
import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections that break in the middle of an upload. */
@Tag("e2e")
class CutConnectionTest {

  private static final long MIB = 1 << 20;

  private static Path through(FarmProcesses farm, Tunnel tunnel) throws IOException {
    ConnectionString direct = ConnectionString.read(farm.adminConnection().toString(), System.in);
    ConnectionString via =
        new ConnectionString(
            List.of(new ConnectionString.Address("127.0.0.1", tunnel.port())),
            direct.fingerprint(),
            direct.secret());
    return Files.writeString(farm.folder.resolve("tunnel.connection"), via.print() + "\n");
  }

  @Test
  void an_upload_that_is_cut_again_and_again_resumes_and_ends_with_the_right_bytes()
      throws IOException {
    try (FarmProcesses farm = new FarmProcesses().startServer();
        Tunnel tunnel = new Tunnel(farm.port)) {
      Path big = farm.folder.resolve("scene-data.bin");
      byte[] bytes = new byte[(int) (40 * MIB)];
      new SplittableRandom(7).nextBytes(bytes);
      Files.write(big, bytes);
      tunnel.cutAfter(11 * MIB);
      Digest digest = Digest.of(bytes);
      try (FarmClient client =
          new FarmClient(ConnectionString.read(through(farm, tunnel).toString(), System.in))) {
        client.uploadBlob(digest, bytes.length, BlobSource.file(big), TransferProgress.NONE);
        assertThat(tunnel.cuts.get()).isGreaterThanOrEqualTo(2);
        Path back = farm.folder.resolve("back.bin");
        client.downloadBlob(digest, back, TransferProgress.NONE);
        assertThat(Files.mismatch(big, back)).isEqualTo(-1);
      }
    }
  }

  @Test
  void a_submit_and_a_node_on_a_line_that_keeps_breaking_render_the_job() throws IOException {
    try (FarmProcesses farm = new FarmProcesses("--time-scale", "0.1").startServer();
        Tunnel tunnel = new Tunnel(farm.port)) {
      Path connection = through(farm, tunnel);
      ConnectionString invite = ConnectionString.parse(farm.invite("node"));
      Files.writeString(
          farm.folder.resolve("one.connection"),
          new ConnectionString(
                  List.of(new ConnectionString.Address("127.0.0.1", tunnel.port())),
                  invite.fingerprint(),
                  invite.secret())
              .print());
      farm.startNode("one");
      tunnel.cutAfter(150_000);
      Run run =
          farm.cliWith(
              Map.of("BLENDERER_CONNECT", connection.toString()),
              "submit",
              Dist.demoScene().toString(),
              "--frames",
              "1-3",
              "--wait",
              "--json");
      run.expect(0);
      assertThat(tunnel.cuts.get()).isPositive();
      String job = Json.of(run.out().strip().lines().toList().getLast()).get("id").asText();
      Audit.everyFrameCommittedOnce(farm, job, 3);
    }
  }
}
