package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.BlobSource;
import blenderer.api.FarmClient;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A file far larger than the server's memory. */
@Tag("e2e")
class LargeFileTest {

  private static final int BLOCKS = 1024;
  private static final int BLOCK = 1 << 20;

  @Test
  void a_file_of_1_GiB_goes_in_and_out_of_a_server_with_a_heap_of_128_MB() throws IOException {
    try (FarmProcesses farm = new FarmProcesses().withJavaOptions("-Xmx128m").startServer();
        FarmClient client = Audit.client(farm)) {
      Path file = farm.folder.resolve("large.bin");
      MessageDigest hasher = Digest.newHasher();
      try (OutputStream out = Files.newOutputStream(file)) {
        SplittableRandom random = new SplittableRandom(1);
        byte[] block = new byte[BLOCK];
        random.nextBytes(block);
        for (int i = 0; i < BLOCKS; i++) {
          block[i % BLOCK]++;
          out.write(block);
          hasher.update(block);
        }
      }
      Digest digest = Digest.ofHash(hasher.digest());
      client.uploadBlob(
          digest, (long) BLOCKS * BLOCK, BlobSource.file(file), TransferProgress.NONE);
      Files.delete(file);
      Path back = farm.folder.resolve("back.bin");
      // The client verifies the digest of what it wrote, or fails.
      client.downloadBlob(digest, back, TransferProgress.NONE);
      assertThat(back).hasSize((long) BLOCKS * BLOCK);
      assertThat(farm.process("server").isAlive()).isTrue();
    }
  }
}
