package blenderer.server.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.cas.BlobFiles;
import blenderer.core.Row;
import blenderer.journal.Database;
import blenderer.journal.DatabaseRefused;
import blenderer.journal.JournalSums;
import blenderer.model.Digest;
import blenderer.server.DataLock;
import blenderer.server.Server;
import blenderer.server.ServerException;
import blenderer.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a small farm on one disk, and farms made of them. */
@Tag("slow")
final class BackupTest {

  private static final int BLOBS = 40;

  @TempDir private static Path all;
  @TempDir Path folder;
  private FarmPlace farm;
  private Path backups;
  private final Instant now = Instant.parse("2026-01-30T04:00:00Z");

  @BeforeAll
  static void makeOnce() throws IOException {
    SampleFarm.make(all, 300, BLOBS, 3_000);
  }

  @BeforeEach
  void make() throws IOException {
    farm = place("farm");
    SampleFarm.copy(all, farm.data());
    backups = folder.resolve("backups");
  }

  private Backup.Report backUp(int keep, Progress progress) throws IOException {
    return Backup.make(farm, backups, keep, "test", InstantSource.fixed(now), progress);
  }

  private Backup.Report backUp() throws IOException {
    return backUp(7, Progress.NOBODY);
  }

  private FarmPlace place(String name) {
    return new FarmPlace(folder.resolve(name), Optional.empty(), Optional.empty());
  }

  private Restore.Report restore(FarmPlace to, @Nullable String at, boolean skip)
      throws IOException {
    return Restore.run(
        backups,
        to,
        new Restore.Wishes(at, skip, false, null),
        InstantSource.system(),
        Progress.NOBODY);
  }

  private void refuses(ThrowingCallable what, String code) {
    assertThatThrownBy(what)
        .isInstanceOf(ServerException.class)
        .extracting(e -> ((ServerException) e).code())
        .isEqualTo(code);
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Test
  void a_farm_restored_elsewhere_is_the_same() throws IOException {
    Backup.Report report = backUp();
    assertThat(report.copied()).isEqualTo(BLOBS);
    assertThat(report.backup().note().rows()).isEqualTo(SampleFarm.sums(farm).digest().hex());
    FarmPlace there = place("there");
    restore(there, null, false);
    SampleFarm.assertRestored(farm, there);
    try (Database one = Database.open(farm.data().resolve("journal.sqlite"));
        Database other = Database.open(there.data().resolve("journal.sqlite"))) {
      assertThat(other.history().revision())
          .as("whoever watched the lost farm notices")
          .isEqualTo(one.history().revision() + Restore.AHEAD);
    }
    assertThat(there.data().resolve("admin.connection"))
        .hasSameTextualContentAs(farm.data().resolve("admin.connection"));
    assertThat(Files.getPosixFilePermissions(there.data().resolve("journal.sqlite"))).hasSize(2);
    assertThat(Files.getPosixFilePermissions(there.data().resolve("tls/ca.pem"))).hasSize(2);
    assertThat(there.data().resolve(DataLock.UNFINISHED)).doesNotExist();
    assertThat(there.data().resolve("restored.sqlite")).doesNotExist();
  }

  @Test
  void the_list_of_digests_names_every_file_of_the_backup() throws Exception {
    Backup.Report report = backUp();
    Path sums = report.backup().folder().resolve(BackupFolder.SUMS);
    Process check =
        new ProcessBuilder("sha256sum", "-c", "--quiet", sums.toString())
            .directory(backups.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(check.waitFor()).isZero();
    assertThat(Files.readAllLines(sums)).hasSize(BLOBS + 3);
  }

  @Test
  void the_next_backup_copies_what_is_new_and_each_can_be_restored() throws IOException {
    String first = backUp().backup().name();
    JournalSums then = SampleFarm.sums(farm);
    try (Database database = Database.open(farm.data().resolve("journal.sqlite"))) {
      SampleFarm.addBlob(database, farm, new byte[] {1, 2, 3});
    }
    Backup.Report second = backUp();
    assertThat(second.copied()).isEqualTo(1);
    assertThat(second.copiedBytes()).isEqualTo(3);
    FarmPlace old = place("old");
    restore(old, first, false);
    assertThat(SampleFarm.rows(SampleFarm.sums(old))).isEqualTo(SampleFarm.rows(then));
    FarmPlace there = place("there");
    restore(there, null, false);
    SampleFarm.assertRestored(farm, there);
    refuses(() -> restore(place("never"), "20200101T000000Z", false), "backup-unknown");
  }

  @Test
  void old_backups_go_and_with_them_the_files_that_only_they_name() throws IOException {
    Digest gone;
    try (Database database = Database.open(farm.data().resolve("journal.sqlite"))) {
      gone = SampleFarm.addBlob(database, farm, new byte[] {9, 9});
    }
    backUp();
    try (Database database = Database.open(farm.data().resolve("journal.sqlite"))) {
      database.blobs().forget(gone);
    }
    assertThat(backUp(2, Progress.NOBODY).freed()).isZero();
    assertThat(SampleFarm.file(backups, gone)).exists();
    assertThat(backUp(2, Progress.NOBODY).freed()).isEqualTo(1);
    assertThat(SampleFarm.file(backups, gone)).doesNotExist();
    try (Stream<Path> all = Files.list(backups.resolve("backups"))) {
      assertThat(all).hasSize(2);
    }
    FarmPlace there = place("there");
    restore(there, null, false);
    SampleFarm.assertRestored(farm, there);
  }

  /**
   * Beside a server that writes: what is deleted, cleaned away and made anew while files are
   * copied.
   */
  @Test
  void what_changes_meanwhile_does_not_make_it_inconsistent() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    List<Digest> made = new ArrayList<>();
    Set<Digest> gone = new HashSet<>();
    try (Database database = Database.open(farm.data().resolve("journal.sqlite"))) {
      BlobFiles store = BlobFiles.open(farm.blobs());
      backUp(
          7,
          (what, _, _, _) -> {
            int call = calls.incrementAndGet();
            if (!what.equals("files") || call % 8 != 3) {
              return;
            }
            try {
              synchronized (made) {
                // A job goes, as when it is deleted and its files swept at once; another comes.
                database
                    .journal()
                    .commit(1_000 + call, List.of(new Row.JobDeleted("01job00000000")));
                Set<Digest> first = Set.of(database.blobs().list(null, 7).get(call % 5).digest());
                gone.addAll(database.blobs().removeUnheld(first, now.toEpochMilli()));
                gone.forEach(store::delete);
                made.add(
                    SampleFarm.addBlob(
                        database, farm, ("new " + call).getBytes(StandardCharsets.UTF_8)));
              }
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
    }
    assertThat(made).hasSizeGreaterThan(3);
    assertThat(gone).isNotEmpty();
    FarmPlace there = place("there");
    Restore.Report report = restore(there, null, false);
    assertThat(report.backup().note().lost()).isEmpty();
    assertThat(SampleFarm.rows(SampleFarm.sums(there)))
        .isEqualTo(SampleFarm.rows(new JournalSums(report.backup().note().journal())));
    assertThat(SampleFarm.blobs(there).keySet())
        .as("every one is read whole and hashed by this")
        .hasSizeBetween(20, BLOBS + made.size())
        .containsAll(made.subList(0, 2).stream().map(Digest::hex).toList());
  }

  @Test
  void a_backup_that_was_cut_short_does_not_count_and_the_one_before_does() throws IOException {
    backUp();
    try (Database database = Database.open(farm.data().resolve("journal.sqlite"))) {
      SampleFarm.addBlob(database, farm, new byte[] {1, 2, 3});
    }
    for (String at : List.of("files", "check")) {
      assertThatThrownBy(
              () ->
                  backUp(
                      7,
                      (what, _, _, _) -> {
                        if (what.equals(at)) {
                          throw new IllegalStateException("killed");
                        }
                      }))
          .hasMessage("killed");
      assertThat(BackupFolder.read(backups).finished()).hasSize(1);
    }
    // As a kill would leave it.
    Files.createDirectories(backups.resolve("backups/unfinished-20260130T050000Z"));
    Files.writeString(backups.resolve("backups/unfinished-20260130T050000Z/journal.sqlite"), "x");
    backUp();
    assertThat(backups.resolve("backups/unfinished-20260130T050000Z")).doesNotExist();
    assertThat(BackupFolder.read(backups).finished()).hasSize(2);
    FarmPlace there = place("there");
    restore(there, null, false);
    SampleFarm.assertRestored(farm, there);
  }

  @Test
  void files_that_the_farm_has_lost_are_named_and_do_not_stop_the_backup() throws IOException {
    List<Digest> some = new ArrayList<>();
    try (Database database = Database.open(farm.data().resolve("journal.sqlite"))) {
      database.blobs().list(null, 2).forEach(row -> some.add(row.digest()));
    }
    Files.delete(SampleFarm.file(farm.blobs(), some.getFirst()));
    flip(SampleFarm.file(farm.blobs(), some.getLast()));
    Backup.Report report = backUp();
    assertThat(report.backup().note().lost())
        .containsExactlyElementsOf(some.stream().map(Digest::hex).toList());
    refuses(() -> restore(place("there"), null, false), "files-damaged");
    restore(place("there"), null, true);
    assertThat(SampleFarm.rows(SampleFarm.sums(place("there"))))
        .isEqualTo(SampleFarm.rows(SampleFarm.sums(farm)));
  }

  @Test
  void a_flipped_byte_anywhere_in_the_backup_is_noticed_and_leaves_no_farm() throws IOException {
    Backup.Report report = backUp();
    Path blob;
    try (Stream<Path> all = Files.walk(backups.resolve("blobs"))) {
      blob = all.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    for (Path file :
        List.of(
            report.backup().folder().resolve(BackupFolder.JOURNAL),
            report.backup().folder().resolve(BackupFolder.AUTHORITY),
            report.backup().folder().resolve(BackupFolder.ADMIN),
            report.backup().folder().resolve(BackupFolder.SUMS))) {
      flip(file);
      refuses(() -> restore(place("there"), null, false), "backup-damaged");
      assertThat(place("there").data()).doesNotExist();
      flip(file);
    }
    flip(blob);
    refuses(() -> restore(place("there"), null, false), "files-damaged");
    try (Stream<Path> left = Files.list(place("there").data())) {
      assertThat(left.map(path -> path.getFileName().toString())).containsOnly("server.lock");
    }
    flip(blob);
    restore(place("there"), null, false);
    SampleFarm.assertRestored(farm, place("there"));
  }

  @Test
  void what_is_no_backup_or_not_whole_is_refused() throws IOException {
    refuses(() -> restore(place("there"), null, false), "backup-not-whole");
    Files.createDirectories(backups.resolve("backups/unfinished-20260130T050000Z"));
    refuses(() -> restore(place("there"), null, false), "backup-not-whole");
    Backup.Report report = backUp();
    Files.delete(report.backup().folder().resolve(BackupFolder.AUTHORITY));
    refuses(() -> restore(place("there"), null, false), "backup-not-whole");
    Path used = Files.createDirectories(folder.resolve("photos"));
    Files.writeString(used.resolve("holiday.txt"), "sun");
    refuses(
        () -> Backup.make(farm, used, 7, "test", InstantSource.system(), Progress.NOBODY),
        "not-a-backup-folder");
    FarmPlace another = SampleFarm.make(folder.resolve("another"), 1, 1, 10);
    refuses(
        () -> Backup.make(another, backups, 7, "test", InstantSource.system(), Progress.NOBODY),
        "backup-of-another-farm");
    FarmPlace nothing = place("nothing");
    assertThatThrownBy(
            () ->
                Backup.make(
                    nothing, folder.resolve("b"), 7, "t", InstantSource.system(), Progress.NOBODY))
        .extracting(e -> ((DatabaseRefused) e).code())
        .isEqualTo("journal-missing");
    assertThat(folder.resolve("b")).doesNotExist();
  }

  @Test
  void a_place_that_is_not_empty_is_left_alone() throws IOException {
    backUp();
    FarmPlace used = SampleFarm.make(folder.resolve("used"), 3, 1, 10);
    JournalSums before = SampleFarm.sums(used);
    refuses(() -> restore(used, null, false), "target-not-empty");
    assertThat(SampleFarm.sums(used)).isEqualTo(before);
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("holiday.txt"), "sun");
    refuses(() -> restore(place("other"), null, false), "target-not-empty");
    try (DataLock lock = DataLock.take(Files.createDirectories(folder.resolve("l")), "")) {
      refuses(() -> restore(place("l"), null, false), "data-in-use");
    }
  }

  @Test
  void without_room_nothing_is_begun() throws IOException {
    try (Database database = Database.open(farm.data().resolve("journal.sqlite"))) {
      backUp();
      database.blobs().add(new blenderer.cas.BlobRow(Digest.of(new byte[] {4}), 1L << 60, 1, 1));
    }
    refuses(() -> backUp(), "no-space");
    assertThat(BackupFolder.read(backups).finished()).hasSize(1);
  }

  @Test
  void a_newer_journal_is_refused_by_all_three() throws Exception {
    backUp();
    Files.createDirectories(folder.resolve("later"));
    FarmPlace later = place("later");
    Files.copy(farm.data().resolve("journal.sqlite"), later.data().resolve("journal.sqlite"));
    Newer.stamp(later.data().resolve("journal.sqlite"));
    for (ThrowingCallable refused :
        List.<ThrowingCallable>of(
            () ->
                Backup.make(
                    later, folder.resolve("b"), 7, "t", InstantSource.system(), Progress.NOBODY),
            () ->
                Migration.run(
                    later, place("m"), false, null, InstantSource.system(), Progress.NOBODY),
            () -> {
              Newer.inBackup(backups);
              restore(place("r"), null, false);
            })) {
      assertThatThrownBy(refused)
          .isInstanceOf(DatabaseRefused.class)
          .hasMessageContaining("newer Blenderer")
          .extracting(e -> ((DatabaseRefused) e).code())
          .isEqualTo("journal-newer");
    }
    assertThat(folder.resolve("b")).doesNotExist();
    assertThat(folder.resolve("m")).doesNotExist();
    assertThat(folder.resolve("r")).doesNotExist();
  }

  /** Whatever step it was at; the next run goes on, and no server starts on half of a farm. */
  @Test
  void a_restore_that_is_killed_goes_on_and_no_server_starts_before() throws IOException {
    backUp();
    FarmPlace there = place("there");
    assertThatThrownBy(
            () ->
                Restore.run(
                    backups,
                    there,
                    new Restore.Wishes(null, false, false, null),
                    InstantSource.system(),
                    (_, done, _, _) -> {
                      if (done > 60_000) {
                        throw new IllegalStateException("killed");
                      }
                    }))
        .hasMessage("killed");
    assertThat(there.data().resolve("journal.sqlite")).doesNotExist();
    refuses(() -> Server.start(ServerOptions.in(there.data(), "127.0.0.1", 0)), "data-unfinished");
    Restore.Report report = restore(there, null, false);
    assertThat(report.blobs().there()).as("it went on").isPositive();
    SampleFarm.assertRestored(farm, there);
    Server.start(ServerOptions.in(there.data(), "127.0.0.1", 0).withMinFree(0)).close();
  }
}
