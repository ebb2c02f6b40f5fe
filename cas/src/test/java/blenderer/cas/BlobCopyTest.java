package blenderer.cas;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.cas.BlobCopy.Outcome;
import blenderer.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlobCopyTest {

  private static final byte[] BYTES = "a frame".repeat(1000).getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(BYTES);

  @TempDir Path folder;
  private BlobFiles source;
  private BlobFiles target;

  @BeforeEach
  void open() {
    source = BlobFiles.open(folder.resolve("from"));
    target = BlobFiles.open(folder.resolve("to"));
    source.put(DIGEST, BYTES.length, new ByteArrayInputStream(BYTES));
  }

  private Outcome copy(boolean reread) {
    BlobBackend from = BlobFiles.reading(folder.resolve("from"));
    return new BlobCopy(from, target, target, reread).copy(DIGEST, BYTES.length);
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Test
  void a_blob_is_copied_once() throws IOException {
    assertThat(copy(true)).isEqualTo(Outcome.COPIED);
    assertThat(target.path(DIGEST)).hasBinaryContent(BYTES);
    assertThat(copy(true)).isEqualTo(Outcome.WAS_THERE);
  }

  @Test
  void a_flipped_byte_of_the_source_is_noticed_and_leaves_nothing() throws IOException {
    flip(source.path(DIGEST));
    assertThat(copy(true)).isEqualTo(Outcome.DAMAGED);
    assertThat(target.path(DIGEST)).doesNotExist();
    assertThat(folder.resolve("to/temp")).isEmptyDirectory();
  }

  @Test
  void a_blob_that_is_shorter_than_its_row_says_or_gone_is_missing() throws IOException {
    Files.write(source.path(DIGEST), new byte[7], StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(copy(true)).isEqualTo(Outcome.MISSING);
    source.delete(DIGEST);
    assertThat(copy(true)).isEqualTo(Outcome.MISSING);
    assertThat(target.path(DIGEST)).doesNotExist();
  }

  @Test
  void what_is_there_already_is_read_again_if_wanted_and_replaced_if_wrong() throws IOException {
    copy(true);
    flip(target.path(DIGEST));
    assertThat(copy(false)).as("believed").isEqualTo(Outcome.WAS_THERE);
    assertThat(copy(true)).as("read").isEqualTo(Outcome.COPIED);
    assertThat(target.path(DIGEST)).hasBinaryContent(BYTES);
  }

  @Test
  void looking_at_a_store_in_use_throws_nothing_of_it_away() throws IOException {
    Path coming = Files.writeString(folder.resolve("from/temp/coming"), "half");
    assertThat(copy(true)).isEqualTo(Outcome.COPIED);
    assertThat(coming).exists();
    assertThat(BlobFiles.reading(folder.resolve("nothing")).has(DIGEST, 1)).isFalse();
    assertThat(folder.resolve("nothing")).doesNotExist();
  }
}
