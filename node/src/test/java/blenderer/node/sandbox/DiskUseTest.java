package blenderer.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {

  private static final long MANY = 1L << 60;

  @TempDir Path folder = Path.of("");

  private final AtomicLong now = new AtomicLong(1);

  /** A clock by which every look at it takes so long. */
  private DiskUse use(long mostBytes, long mostFiles, Duration each) {
    return new DiskUse(folder, mostBytes, mostFiles, () -> now.addAndGet(each.toNanos()));
  }

  private void files(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Files.writeString(folder.resolve("f" + i), "x");
    }
  }

  @Test
  void what_lies_there_at_first_counts_for_nobody() throws IOException {
    files(20);
    DiskUse use = use(5, 5, Duration.ofSeconds(16));
    assertThat(use.look()).isEqualTo(DiskUse.Verdict.FITS);
    assertThat(use.look()).isEqualTo(DiskUse.Verdict.FITS);
  }

  @Test
  void a_folder_that_takes_long_to_walk_is_not_left_alone_for_long() throws IOException {
    // A minute for a walk would be twenty minutes of rest, in which millions of files are made.
    DiskUse use = use(MANY, 10, Duration.ofMinutes(1));
    assertThat(use.look()).isEqualTo(DiskUse.Verdict.FITS);
    files(20);
    assertThat(use.look()).isEqualTo(DiskUse.Verdict.TOO_MANY_FILES);
  }

  @Test
  void a_file_with_holes_counts_as_if_they_were_full() throws IOException {
    DiskUse use = use(1L << 30, MANY, Duration.ofSeconds(16));
    assertThat(use.look()).isEqualTo(DiskUse.Verdict.FITS);
    try (var file = new java.io.RandomAccessFile(folder.resolve("holes").toFile(), "rw")) {
      file.setLength(2L << 30);
    }
    assertThat(use.look()).isEqualTo(DiskUse.Verdict.TOO_MANY_BYTES);
  }

  @Test
  void looking_often_does_not_mean_walking_often() throws IOException {
    DiskUse use = use(MANY, 10, Duration.ofMillis(50));
    assertThat(use.look()).isEqualTo(DiskUse.Verdict.FITS);
    files(20);
    assertThat(use.look()).isEqualTo(DiskUse.Verdict.FITS);
  }
}
