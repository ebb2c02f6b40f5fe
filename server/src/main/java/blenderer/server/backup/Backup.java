package blenderer.server.backup;

import blenderer.api.Json;
import blenderer.cas.BlobCopy;
import blenderer.cas.BlobFiles;
import blenderer.cas.BlobRow;
import blenderer.journal.JournalReading;
import blenderer.journal.JournalSums;
import blenderer.model.Digest;
import blenderer.server.ServerException;
import blenderer.server.trust.AdminFile;
import blenderer.server.trust.Authority;
import blenderer.server.trust.PrivateFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A backup of a farm, made beside its server.
 *
 * <p>First all blobs are copied, as long as that takes. Then the journal is saved as it is at one
 * moment, and the few blobs that it names and that came meanwhile are copied, too. What is deleted
 * meanwhile does not matter: either the saved journal does not name it any more, or it was copied;
 * and what is new is held by the server for a day, so it is still there. Should it not be, because
 * all took so long, the journal is saved once more.
 */
final class Backup {

  private static final int ROUNDS = 3;

  /**
   * What came of it.
   *
   * @param copied how many blobs were new
   * @param there how many were in the folder already
   * @param freed how many that no backup names any more
   */
  record Report(
      BackupFolder.Finished backup, long copied, long copiedBytes, long there, int freed) {}

  private final FarmPlace farm;
  private final BackupFolder folder;
  private final InstantSource clock;
  private final Progress progress;

  private Backup(FarmPlace farm, BackupFolder folder, InstantSource clock, Progress progress) {
    this.farm = farm;
    this.folder = folder;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Makes one.
   *
   * @param keep how many backups the folder keeps
   * @throws ServerException when it cannot be made; those that were there stay
   */
  static Report make(
      FarmPlace farm, Path to, int keep, String version, InstantSource clock, Progress progress)
      throws IOException {
    // Opened first: without a farm no folder is made.
    try (JournalReading journal = JournalReading.open(farm.journal());
        FarmPlace.Blobs blobs = farm.reading(clock);
        BackupFolder folder = BackupFolder.write(to)) {
      return new Backup(farm, folder, clock, progress).make(journal, blobs, keep, version);
    }
  }

  private Report make(JournalReading journal, FarmPlace.Blobs source, int keep, String version)
      throws IOException {
    Map<String, String> secrets = journal.secrets();
    String authority =
        secrets.containsKey(FarmSecrets.AUTHORITY)
            ? secrets.get(FarmSecrets.AUTHORITY)
            : Authority.read(farm.data()).orElse(null);
    String name = authority == null ? "" : Authority.fingerprint(authority);
    BackupFolder.Finished last = checkSameFarm(name);
    checkRoom(journal.blobBytes() - (last == null ? 0 : last.note().blobBytes()));
    journal.renew();
    BlobFiles blobs = folder.blobs();
    BlobCopy copy = new BlobCopy(source.backend(), blobs, blobs, false);
    BlobTransfer.Outcome outcome = BlobTransfer.run(journal, copy, progress);
    long copied = outcome.copied();
    long copiedBytes = outcome.copiedBytes();
    long there = outcome.there();
    Path begun = folder.begin(clock.instant());
    Path saved = begun.resolve(BackupFolder.JOURNAL);
    try {
      for (int round = 1; ; round++) {
        journal.renew();
        long rows = journal.rows();
        journal.saveTo(saved, done -> progress.at("journal", done, rows, Progress.Unit.ROWS));
        Set<Digest> before = outcome.left();
        try (JournalReading reading = JournalReading.openSaved(saved)) {
          outcome = BlobTransfer.run(reading, copy, Progress.NOBODY);
        }
        copied += outcome.copied();
        copiedBytes += outcome.copiedBytes();
        if (before.containsAll(outcome.left()) || round == ROUNDS) {
          break;
        }
        Files.delete(saved);
      }
      BackupFolder.Finished finished =
          folder.finish(begun, note(begun, name, authority, secrets, outcome.left(), version));
      return new Report(finished, copied, copiedBytes, there, folder.keep(keep));
    } catch (IOException | RuntimeException e) {
      BackupFolder.deleteTree(begun);
      throw e;
    }
  }

  private BackupFolder.@Nullable Finished checkSameFarm(String name) throws IOException {
    List<BackupFolder.Finished> all = folder.finished();
    if (all.isEmpty()) {
      return null;
    }
    BackupFolder.Finished last = all.getLast();
    if (!last.note().farm().equals(name)) {
      throw new ServerException(
          "backup-of-another-farm",
          folder.root() + " holds backups of another farm. Name a folder of its own for this one.");
    }
    return last;
  }

  private void checkRoom(long wanted) {
    long free = folder.root().toFile().getUsableSpace();
    if (wanted > free) {
      throw new ServerException(
          "no-space",
          "About "
              + ProgressBar.bytes(wanted)
              + " are to be copied to "
              + folder.root()
              + ", where "
              + ProgressBar.bytes(free)
              + " are free. Make room, or name another folder.");
    }
  }

  private BackupNote note(
      Path begun,
      String name,
      @Nullable String authority,
      Map<String, String> secrets,
      Set<Digest> lost,
      String version)
      throws IOException {
    if (authority != null) {
      PrivateFiles.write(begun.resolve(BackupFolder.AUTHORITY), authority);
    }
    if (!secrets.isEmpty()) {
      PrivateFiles.write(
          begun.resolve(BackupFolder.SECRETS), Json.mapper().writeValueAsString(secrets));
    }
    if (Files.exists(AdminFile.in(farm.data()))) {
      PrivateFiles.write(
          begun.resolve(BackupFolder.ADMIN), Files.readString(AdminFile.in(farm.data())));
    }
    Map<String, String> files = new TreeMap<>();
    for (String file :
        List.of(
            BackupFolder.JOURNAL,
            BackupFolder.AUTHORITY,
            BackupFolder.SECRETS,
            BackupFolder.ADMIN)) {
      if (Files.exists(begun.resolve(file))) {
        files.put(file, BackupFolder.digest(begun.resolve(file)));
      }
    }
    try (JournalReading journal = JournalReading.openSaved(begun.resolve(BackupFolder.JOURNAL))) {
      long rows = journal.rows();
      JournalSums sums = journal.sums(done -> progress.at("check", done, rows, Progress.Unit.ROWS));
      writeSums(begun, files, journal, lost);
      files.put(BackupFolder.SUMS, BackupFolder.digest(begun.resolve(BackupFolder.SUMS)));
      return new BackupNote(
          BackupNote.FORMAT,
          clock.instant().toString(),
          version,
          name,
          journal.revision(),
          sums.tables(),
          sums.digest().hex(),
          journal.blobCount(),
          journal.blobBytes(),
          new TreeSet<>(lost).stream().map(Digest::hex).toList(),
          files);
    }
  }

  /** All that the backup consists of, for {@code sha256sum -c}. */
  private void writeSums(
      Path begun, Map<String, String> files, JournalReading journal, Set<Digest> lost)
      throws IOException {
    String place = "backups/" + begun.getFileName().toString().replaceFirst("^[^-]*-", "") + "/";
    Path list = begun.resolve(BackupFolder.SUMS);
    try (BufferedWriter out = Files.newBufferedWriter(list)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        out.write(file.getValue() + "  " + place + file.getKey() + "\n");
      }
      List<BlobRow> page = journal.blobs(null, 1000);
      while (!page.isEmpty()) {
        for (BlobRow row : page) {
          String hex = row.digest().hex();
          if (!lost.contains(row.digest())) {
            out.write(hex + "  blobs/" + hex.substring(0, 2) + "/" + hex + "\n");
          }
        }
        page = journal.blobs(page.getLast().digest(), 1000);
      }
    }
    try (FileChannel channel = FileChannel.open(list, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
