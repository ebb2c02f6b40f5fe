package blenderer.submit;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DigestCacheTest {

  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder = Path.of("");
  private Path store = Path.of("");
  private Path texture = Path.of("");

  @BeforeEach
  void write() throws IOException {
    store = folder.resolve("cache/digests");
    texture = write("tab\tand\nline.png", "one");
  }

  private Path write(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    return file;
  }

  private DigestCache open() {
    return new DigestCache(store, Clock.systemUTC());
  }

  private static HashedFile hash(DigestCache cache, Path file) {
    return new FileHasher(cache, Clock.systemUTC()).hash(file, TransferProgress.NONE);
  }

  private void learn(Path... files) {
    DigestCache cache = open();
    for (Path file : files) {
      hash(cache, file);
    }
    cache.save();
  }

  @Test
  void an_unchanged_file_is_known_to_the_next_program() {
    learn(texture);
    assertThat(open().find(texture, FileStamp.of(texture)))
        .contains(Digest.of("one".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void a_change_of_size_time_or_inode_is_noticed() throws IOException {
    learn(texture);
    FileStamp stamp = FileStamp.of(texture);
    Files.writeString(texture, "longer");
    Files.setLastModifiedTime(texture, FileTime.from(LONG_AGO));
    assertThat(open().find(texture, FileStamp.of(texture))).isEmpty();
    write("tab\tand\nline.png", "two");
    Files.setLastModifiedTime(texture, FileTime.from(LONG_AGO.plusNanos(1_000)));
    assertThat(open().find(texture, FileStamp.of(texture))).isEmpty();
    Path other = write("other", "six");
    Files.move(other, texture, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(FileStamp.of(texture).modifiedNanos()).isEqualTo(stamp.modifiedNanos());
    assertThat(open().find(texture, FileStamp.of(texture))).isEmpty();
  }

  @Test
  void a_file_written_a_moment_ago_is_not_trusted() throws IOException {
    Files.setLastModifiedTime(texture, FileTime.from(Instant.now().plus(Duration.ofSeconds(1))));
    learn(texture);
    assertThat(open().find(texture, FileStamp.of(texture))).isEmpty();
  }

  @Test
  void a_damaged_store_is_dropped_and_replaced() throws IOException {
    learn(texture);
    String text = Files.readString(store);
    int digit = text.indexOf('\n') + 5;
    Files.writeString(
        store,
        text.substring(0, digit)
            + (text.charAt(digit) == 'a' ? 'b' : 'a')
            + text.substring(digit + 1));
    assertThat(open().find(texture, FileStamp.of(texture))).isEmpty();
    learn(texture);
    assertThat(open().find(texture, FileStamp.of(texture))).isPresent();
    Files.writeString(store, "");
    assertThat(open().find(texture, FileStamp.of(texture))).isEmpty();
  }

  @Test
  void two_programs_at_once_keep_what_both_learned() throws IOException {
    Path second = write("second", "2");
    DigestCache one = open();
    DigestCache two = open();
    hash(one, texture);
    hash(two, second);
    one.save();
    two.save();
    assertThat(open().find(texture, FileStamp.of(texture))).isPresent();
    assertThat(open().find(second, FileStamp.of(second))).isPresent();
    assertThat(List.of(String.valueOf(store.toFile().getParentFile().list().length)))
        .containsExactly("2");
  }

  @Test
  void what_was_not_used_for_a_season_is_forgotten() throws IOException {
    learn(texture);
    Path second = write("second", "2");
    DigestCache later =
        new DigestCache(store, Clock.offset(Clock.systemUTC(), Duration.ofDays(100)));
    hash(later, second);
    later.save();
    assertThat(open().find(texture, FileStamp.of(texture))).isEmpty();
    assertThat(open().find(second, FileStamp.of(second))).isPresent();
  }
}
