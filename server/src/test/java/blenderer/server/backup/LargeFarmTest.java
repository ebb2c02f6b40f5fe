package blenderer.server.backup;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.journal.JournalSums;
import blenderer.journal.PostgresAddress;
import blenderer.s3.S3Location;
import blenderer.testkit.S3Server;
import blenderer.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A farm of 100,000 finished tasks goes into a backup, out of it, to PostgreSQL and a bucket, into
 * a backup from there, and back to a disk. Each time every row is read again and every file hashed.
 */
final class LargeFarmTest {

  private static final int TASKS = 100_000;
  private static final int BLOB = 500_000;

  @TempDir Path folder;

  @Test
  @Tag("slow")
  void with_1_GB_of_files() throws Exception {
    goesAllWays(1_000_000_000L);
  }

  @Test
  @Tag("soak")
  void with_10_GB_of_files() throws Exception {
    goesAllWays(10_000_000_000L);
  }

  private interface Step<T> {
    T run() throws Exception;
  }

  private static <T> T timed(String what, long bytes, Step<T> step) throws Exception {
    long begin = System.nanoTime();
    T result = step.run();
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "large farm: %s took %.1f s, %.0f MB/s%n", what, seconds, bytes / 1e6 / seconds);
    return result;
  }

  private void goesAllWays(long bytes) throws Exception {
    System.setProperty("aws.accessKeyId", S3Server.KEY);
    System.setProperty("aws.secretAccessKey", S3Server.SECRET);
    try (TestPostgres postgres = TestPostgres.started();
        S3Server store = S3Server.start(folder.resolve("s3"))) {
      store.makeBucket("farm");
      postgres.create("farm");
      FarmPlace farm =
          timed(
              "making it",
              bytes,
              () -> SampleFarm.make(at("farm"), TASKS, (int) (bytes / BLOB), BLOB));
      JournalSums sums = SampleFarm.sums(farm);
      assertThat(sums.rows()).isGreaterThan(4L * TASKS);
      Map<String, Long> blobs =
          timed("reading and hashing it", bytes, () -> SampleFarm.blobs(farm));
      System.out.printf(
          "large farm: %,d rows, %,d files, %,d bytes%n",
          sums.rows(), blobs.size(), blobs.values().stream().mapToLong(size -> size).sum());

      timed("a backup from SQLite and disk", bytes, () -> backUp(farm, "backups"));
      assertThat(timed("the next, with nothing new", bytes, () -> backUp(farm, "backups")).copied())
          .isZero();
      FarmPlace restored = new FarmPlace(at("restored"), Optional.empty(), Optional.empty());
      timed("its restore", bytes, () -> restore("backups", restored));
      same(restored, sums, blobs);
      drop("backups", "farm");

      FarmPlace shared =
          new FarmPlace(
              restored.data(),
              Optional.of(PostgresAddress.of(postgres.url("farm"))),
              Optional.of(S3Location.parse("s3://farm/one?endpoint=" + store.endpoint())));
      timed("migrating to PostgreSQL and S3", bytes, () -> migrate(restored, shared));
      same(shared, sums, blobs);
      timed("a backup from PostgreSQL and S3", bytes, () -> backUp(shared, "more-backups"));
      drop("restored/blobs/blobs");
      FarmPlace back = new FarmPlace(at("back"), Optional.empty(), Optional.empty());
      timed("migrating back", bytes, () -> migrate(shared, back));
      same(back, sums, blobs);
      drop("back");
      FarmPlace last = new FarmPlace(at("last"), Optional.empty(), Optional.empty());
      timed("a restore of PostgreSQL and S3 to a disk", bytes, () -> restore("more-backups", last));
      same(last, sums, blobs);
    }
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private void drop(String... names) throws IOException {
    for (String name : names) {
      BackupFolder.deleteTree(at(name));
    }
  }

  private static void same(FarmPlace farm, JournalSums sums, Map<String, Long> blobs)
      throws IOException {
    assertThat(SampleFarm.rows(SampleFarm.sums(farm))).isEqualTo(SampleFarm.rows(sums));
    assertThat(SampleFarm.blobs(farm)).isEqualTo(blobs);
  }

  private Backup.Report backUp(FarmPlace farm, String to) throws IOException {
    return Backup.make(farm, at(to), 7, "test", InstantSource.system(), Progress.NOBODY);
  }

  private Restore.Report restore(String from, FarmPlace to) throws IOException {
    return Restore.run(
        at(from),
        to,
        new Restore.Wishes(null, false, false, null),
        InstantSource.system(),
        Progress.NOBODY);
  }

  private static Migration.Report migrate(FarmPlace from, FarmPlace to) throws IOException {
    return Migration.run(from, to, false, null, InstantSource.system(), Progress.NOBODY);
  }
}
