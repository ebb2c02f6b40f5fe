package blenderer.server.backup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.journal.DatabaseRefused;
import blenderer.journal.JournalReading;
import blenderer.journal.JournalSums;
import blenderer.journal.PostgresAddress;
import blenderer.s3.S3Location;
import blenderer.server.DataLock;
import blenderer.server.Server;
import blenderer.server.ServerException;
import blenderer.server.ServerOptions;
import blenderer.server.trust.Authority;
import blenderer.testkit.S3Server;
import blenderer.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Farms between SQLite and a disk, a real PostgreSQL, and a real S3 server. */
@Tag("slow")
@Timeout(600)
final class MigrationTest {

  private static final int BLOBS = 30;

  @TempDir private static Path folder;
  private static TestPostgres postgres;
  private static S3Server store;
  private static int number;

  @BeforeAll
  static void start() throws Exception {
    System.setProperty("aws.accessKeyId", S3Server.KEY);
    System.setProperty("aws.secretAccessKey", S3Server.SECRET);
    postgres = TestPostgres.started("fsync=off", "full_page_writes=off");
    store = S3Server.start(folder.resolve("s3"));
    store.makeBucket("farm");
  }

  @AfterAll
  static void stop() throws Exception {
    store.close();
    postgres.close();
  }

  private static PostgresAddress freshDatabase() throws Exception {
    String name = "farm" + ++number;
    postgres.create(name);
    return PostgresAddress.of(postgres.url(name));
  }

  private static S3Location freshBucket() throws Exception {
    return S3Location.parse("s3://farm/p" + ++number + "?endpoint=" + store.endpoint());
  }

  private static Path freshFolder() {
    return folder.resolve("f" + ++number);
  }

  private static FarmPlace at(Path data, FarmPlace other) {
    return new FarmPlace(data, other.database(), other.bucket());
  }

  private static Migration.Report migrate(FarmPlace from, FarmPlace to, Progress progress)
      throws IOException {
    return Migration.run(from, to, false, null, InstantSource.system(), progress);
  }

  private static void refuses(FarmPlace from, FarmPlace to, String code) {
    assertThatThrownBy(() -> migrate(from, to, Progress.NOBODY))
        .isInstanceOfAny(ServerException.class, DatabaseRefused.class)
        .extracting(
            e -> e instanceof ServerException own ? own.code() : ((DatabaseRefused) e).code())
        .isEqualTo(code);
  }

  /** Around all four combinations of journal and files, and back to the first. */
  @Test
  void a_farm_is_the_same_in_every_combination_of_database_and_store() throws Exception {
    FarmPlace first = SampleFarm.make(freshFolder(), 200, BLOBS, 5_000);
    JournalSums sums = SampleFarm.sums(first);
    Map<String, Long> blobs = SampleFarm.blobs(first);
    Optional<S3Location> bucket = Optional.of(freshBucket());
    Optional<PostgresAddress> database = Optional.of(freshDatabase());
    Path data = first.data();
    List<FarmPlace> way =
        List.of(
            new FarmPlace(data, database, Optional.empty()),
            new FarmPlace(data, database, bucket),
            new FarmPlace(freshFolder(), Optional.empty(), bucket),
            new FarmPlace(freshFolder(), Optional.empty(), Optional.empty()),
            new FarmPlace(freshFolder(), Optional.of(freshDatabase()), Optional.of(freshBucket())),
            new FarmPlace(freshFolder(), Optional.empty(), Optional.empty()));
    FarmPlace from = first;
    for (FarmPlace to : way) {
      Migration.Report report = migrate(from, to, Progress.NOBODY);
      assertThat(SampleFarm.sums(to)).as(to.toString()).isEqualTo(sums);
      assertThat(SampleFarm.blobs(to)).as(to.toString()).isEqualTo(blobs);
      SampleFarm.assertSame(first, to);
      if (report.journal() != null) {
        assertThat(report.journal()).isEqualTo(sums);
      }
      from = to;
    }
    SampleFarm.assertSame(first, new FarmPlace(data, Optional.empty(), Optional.empty()));
    refuses(from, from, "nothing-to-migrate");
  }

  @Test
  void files_are_brought_again_to_a_place_that_has_the_rows_only() throws Exception {
    FarmPlace first = SampleFarm.make(freshFolder(), 50, BLOBS, 500);
    Map<String, Long> blobs = SampleFarm.blobs(first);
    FarmPlace away =
        new FarmPlace(first.data(), Optional.of(freshDatabase()), Optional.of(freshBucket()));
    migrate(first, away, Progress.NOBODY);
    List<Path> files;
    try (Stream<Path> all = Files.walk(first.blobs())) {
      files = all.filter(Files::isRegularFile).limit(BLOBS / 2).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Migration.Report report = migrate(away, first, Progress.NOBODY);
    assertThat(requireNonNull(report.blobs()).copied()).isEqualTo(files.size());
    assertThat(report.blobs().there()).isEqualTo(BLOBS - files.size());
    assertThat(SampleFarm.blobs(first)).isEqualTo(blobs);
    SampleFarm.assertSame(away, first);
  }

  @Test
  void a_server_runs_where_the_farm_was_brought_and_shuts_others_out() throws Exception {
    FarmPlace from = SampleFarm.make(freshFolder(), 50, BLOBS, 500);
    FarmPlace to =
        new FarmPlace(from.data(), Optional.of(freshDatabase()), Optional.of(freshBucket()));
    migrate(from, to, Progress.NOBODY);
    ServerOptions options =
        ServerOptions.in(to.data(), "127.0.0.1", 0)
            .withMinFree(0)
            .withDatabase(to.database().orElseThrow())
            .withBlobs(to.bucket().orElseThrow());
    try (Server server = Server.start(options)) {
      assertThat(server.isFirstStart()).isFalse();
      FarmPlace elsewhere = at(freshFolder(), from);
      refuses(from, elsewhere, "data-in-use");
      assertThat(elsewhere.data()).doesNotExist();
    }
    assertThat(SampleFarm.blobs(to)).as("it swept nothing away").hasSize(BLOBS);
  }

  @Test
  void a_place_that_holds_another_farm_is_left_alone() throws Exception {
    FarmPlace one = SampleFarm.make(freshFolder(), 5, 2, 100);
    FarmPlace two = SampleFarm.make(freshFolder(), 7, 3, 100);
    FarmPlace there =
        new FarmPlace(one.data(), Optional.of(freshDatabase()), Optional.of(freshBucket()));
    migrate(one, there, Progress.NOBODY);
    refuses(two, new FarmPlace(two.data(), there.database(), Optional.empty()), "target-not-empty");
    refuses(two, new FarmPlace(one.data(), Optional.empty(), Optional.empty()), "target-not-empty");
    assertThatThrownBy(
            () ->
                migrate(
                    two,
                    new FarmPlace(two.data(), Optional.empty(), there.bucket()),
                    Progress.NOBODY))
        .hasMessageContaining("another farm");
    SampleFarm.assertSame(one, there);
  }

  /** At every step: after some files, within the rows, and after the last. */
  @Test
  void a_migration_that_is_killed_anywhere_goes_on() throws Exception {
    FarmPlace from = SampleFarm.make(freshFolder(), 3_000, BLOBS, 1_000);
    JournalSums sums = SampleFarm.sums(from);
    for (FarmPlace to :
        List.of(
            new FarmPlace(from.data(), Optional.of(freshDatabase()), Optional.of(freshBucket())),
            new FarmPlace(freshFolder(), Optional.empty(), Optional.empty()))) {
      List<String> killedAt = new ArrayList<>();
      for (long left = 3; ; left += 7) {
        AtomicLong calls = new AtomicLong(left);
        try {
          migrate(
              from,
              to,
              (what, _, _, _) -> {
                if (calls.decrementAndGet() < 0) {
                  killedAt.add(what);
                  throw new IllegalStateException("killed");
                }
              });
          break;
        } catch (IllegalStateException e) {
          assertThat(e).hasMessage("killed");
          assertThat(isThere(to)).as("killed at " + killedAt).isFalse();
        }
      }
      assertThat(killedAt).contains("files", "journal");
      SampleFarm.assertSame(from, to);
      assertThat(SampleFarm.sums(from)).isEqualTo(sums);
      if (to.database().isPresent()) {
        assertThat(migrate(from, to, Progress.NOBODY).journal())
            .as("once more changes nothing")
            .isEqualTo(sums);
      }
    }
  }

  private static boolean isThere(FarmPlace place) {
    try (JournalReading reading = JournalReading.open(place.journal())) {
      return reading.revision() > 0;
    } catch (DatabaseRefused e) {
      assertThat(e.code()).isEqualTo("journal-missing");
      return false;
    }
  }

  @Test
  void the_authority_lies_in_the_database_too_when_that_has_a_place_for_it() throws Exception {
    FarmPlace from = SampleFarm.make(freshFolder(), 5, 2, 100);
    String pem = Authority.read(from.data()).orElseThrow();
    FarmPlace shared =
        new FarmPlace(from.data(), Optional.of(freshDatabase()), Optional.of(freshBucket()));
    migrate(from, shared, Progress.NOBODY);
    try (JournalReading reading = JournalReading.open(shared.journal())) {
      assertThat(reading.secrets()).containsEntry(FarmSecrets.AUTHORITY, pem);
    }
    // A server elsewhere that only knows the database: nothing is in its folder.
    FarmPlace bare = at(Files.createDirectories(freshFolder()), shared);
    FarmPlace back = new FarmPlace(freshFolder(), Optional.empty(), Optional.empty());
    migrate(bare, back, Progress.NOBODY);
    assertThat(Authority.read(back.data())).contains(pem);
    Path backups = freshFolder();
    Backup.make(bare, backups, 7, "test", InstantSource.system(), Progress.NOBODY);
    FarmPlace restored =
        at(
            freshFolder(),
            new FarmPlace(folder, Optional.of(freshDatabase()), Optional.of(freshBucket())));
    Restore.run(
        backups,
        restored,
        new Restore.Wishes(null, false, false, null),
        InstantSource.system(),
        Progress.NOBODY);
    try (JournalReading reading = JournalReading.open(restored.journal())) {
      assertThat(reading.secrets()).containsEntry(FarmSecrets.AUTHORITY, pem);
    }
    SampleFarm.assertRestored(from, restored);
  }

  @Test
  void a_bucket_with_files_is_restored_into_only_when_they_are_known_to_be_the_farm_s_own()
      throws Exception {
    FarmPlace disk = SampleFarm.make(freshFolder(), 20, 6, 100);
    FarmPlace farm =
        new FarmPlace(disk.data(), Optional.of(freshDatabase()), Optional.of(freshBucket()));
    migrate(disk, farm, Progress.NOBODY);
    Path backups = freshFolder();
    Backup.make(farm, backups, 7, "test", InstantSource.system(), Progress.NOBODY);
    FarmPlace again = new FarmPlace(freshFolder(), Optional.of(freshDatabase()), farm.bucket());
    assertThatThrownBy(() -> restore(backups, again, false))
        .extracting(e -> ((ServerException) e).code())
        .isEqualTo("target-not-empty");
    assertThat(again.data().resolve(DataLock.UNFINISHED)).doesNotExist();
    assertThat(restore(backups, again, true).blobs().there()).isEqualTo(6);
    SampleFarm.assertRestored(farm, again);
  }

  private static Restore.Report restore(Path backups, FarmPlace to, boolean reuse)
      throws IOException {
    return Restore.run(
        backups,
        to,
        new Restore.Wishes(null, false, reuse, null),
        InstantSource.system(),
        Progress.NOBODY);
  }
}
