package blenderer.server.backup;

import blenderer.api.Json;
import blenderer.journal.JournalFilling;
import blenderer.journal.JournalReading;
import blenderer.journal.SavedJournal;
import blenderer.server.DataLock;
import blenderer.server.ServerException;
import blenderer.server.trust.AdminFile;
import blenderer.server.trust.Authority;
import blenderer.server.trust.PrivateFiles;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a farm of a backup, at a place that has none. */
final class Restore {

  /**
   * So far ahead of the backup a restored farm counts its changes on, so that those who watched the
   * lost one see that they missed some: it had given out revisions that the backup does not know.
   */
  static final long AHEAD = 1L << 40;

  /**
   * How.
   *
   * @param at the name of a backup; null: the newest
   * @param skipDamaged whether files of jobs that are damaged are left out
   * @param reuseBlobs whether blobs in the bucket are the farm's own
   * @param farm the fingerprint of a farm with certificates of its own
   */
  record Wishes(
      @Nullable String at, boolean skipDamaged, boolean reuseBlobs, @Nullable String farm) {}

  /** What came of it. */
  record Report(BackupFolder.Finished backup, BlobTransfer.Outcome blobs) {}

  private final FarmPlace to;
  private final Wishes wishes;
  private final InstantSource clock;
  private final Arrival arrival;

  private Restore(FarmPlace to, Wishes wishes, InstantSource clock, Progress progress) {
    this.to = to;
    this.wishes = wishes;
    this.clock = clock;
    arrival = new Arrival(to, clock, progress);
  }

  /**
   * Restores.
   *
   * @throws ServerException when it cannot be done; what was in the places before is as it was
   */
  static Report run(Path from, FarmPlace to, Wishes wishes, InstantSource clock, Progress progress)
      throws IOException {
    try (BackupFolder folder = BackupFolder.read(from)) {
      BackupFolder.Finished backup = folder.find(wishes.at());
      BackupFolder.check(backup);
      JournalReading.checkNotNewer(backup.journal());
      return new Restore(to, wishes, clock, progress).run(folder, backup);
    }
  }

  private Report run(BackupFolder folder, BackupFolder.Finished backup) throws IOException {
    boolean goesOn = arrival.wasBegun();
    PrivateFiles.createFolder(to.data());
    try (DataLock lock = DataLock.take(to.data(), "Stop it first.");
        JournalFilling filling = JournalFilling.open(to.journal())) {
      if (!goesOn && !filling.isEmpty()) {
        throw Arrival.notEmpty(to.journalName(), "Name a database of its own with --db.");
      }
      arrival.begin();
      return arrival.orNothing(() -> bring(folder, backup, filling, goesOn));
    }
  }

  private Report bring(
      BackupFolder folder, BackupFolder.Finished backup, JournalFilling filling, boolean goesOn)
      throws IOException {
    Path authority = backup.folder().resolve(BackupFolder.AUTHORITY);
    Map<String, String> secrets = secrets(backup);
    if (Files.exists(authority)) {
      String pem = Files.readString(authority);
      Authority.write(to.data(), pem);
      secrets.putIfAbsent(FarmSecrets.AUTHORITY, pem);
    }
    Path admin = backup.folder().resolve(BackupFolder.ADMIN);
    if (Files.exists(admin)) {
      PrivateFiles.write(AdminFile.in(to.data()), Files.readString(admin));
    }
    String farm = wishes.farm() == null ? backup.note().farm() : wishes.farm();
    BlobTransfer.Outcome blobs;
    try (JournalReading journal = JournalReading.openSaved(backup.journal())) {
      blobs =
          arrival.blobs(
              journal,
              folder.blobsToRead(),
              farm,
              goesOn || wishes.reuseBlobs(),
              wishes.skipDamaged());
    }
    journal(backup, filling, secrets);
    return new Report(backup, blobs);
  }

  private static Map<String, String> secrets(BackupFolder.Finished backup) throws IOException {
    Path file = backup.folder().resolve(BackupFolder.SECRETS);
    return Files.exists(file)
        ? Json.mapper()
            .readValue(Files.readString(file), new TypeReference<HashMap<String, String>>() {})
        : new HashMap<>();
  }

  /** The saved file is brought up to date first: an older program may have made the backup. */
  private void journal(
      BackupFolder.Finished backup, JournalFilling filling, Map<String, String> secrets)
      throws IOException {
    Path copy = to.data().resolve("restored.sqlite");
    Files.deleteIfExists(copy);
    PrivateFiles.write(copy, "");
    try (OutputStream out = Files.newOutputStream(copy)) {
      Files.copy(backup.journal(), out);
    }
    if (!BackupFolder.digest(copy).equals(backup.note().files().get(BackupFolder.JOURNAL))) {
      throw new ServerException(
          "backup-damaged", "The journal of the backup was copied with other bytes. Try again.");
    }
    SavedJournal.prepare(copy, AHEAD);
    if (to.database().isPresent() || !filling.isEmpty()) {
      try (JournalReading from = JournalReading.openSaved(copy)) {
        arrival.journal(from, filling, secrets);
      }
      Files.delete(copy);
      return;
    }
    try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(copy, to.data().resolve("journal.sqlite"), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(to.data(), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
