package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.journal.FarmLog.Bucket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both histories do the same. */
class FarmLogTest {

  @TempDir Path folder;

  static void keeps(FarmLog log) {
    long five = FarmLog.BUCKET_MILLIS;
    log.add(new Bucket(0, 10, 5, 1, 0));
    log.add(new Bucket(0, 10, 5, 0, 2));
    log.add(new Bucket(five, 8, 1, 1, 1));
    log.add(new Bucket(3 * five, 4, 4, 0, 0));
    assertThat(log.buckets(0, five, five))
        .containsExactly(new Bucket(0, 20, 10, 1, 2), new Bucket(five, 8, 1, 1, 1));
    assertThat(log.buckets(0, 9 * five, 2 * five))
        .containsExactly(new Bucket(0, 28, 11, 2, 3), new Bucket(2 * five, 4, 4, 0, 0));
    log.forget(five);
    assertThat(log.buckets(0, 9 * five, five))
        .extracting(Bucket::at)
        .containsExactly(five, 3 * five);
  }

  @Test
  void buckets_are_added_to_and_added_up() {
    keeps(new MemoryFarmLog());
    Path file = folder.resolve("journal.db");
    try (Database database = Database.open(file)) {
      keeps(database.farmLog());
    }
    try (Database again = Database.open(file)) {
      assertThat(again.farmLog().buckets(0, Long.MAX_VALUE, FarmLog.BUCKET_MILLIS)).hasSize(2);
    }
  }
}
