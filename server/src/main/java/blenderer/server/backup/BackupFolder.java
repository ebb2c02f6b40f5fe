package blenderer.server.backup;

import blenderer.cas.BlobBackend;
import blenderer.cas.BlobFiles;
import blenderer.cas.BlobRow;
import blenderer.cas.FileDigest;
import blenderer.journal.JournalReading;
import blenderer.model.Digest;
import blenderer.server.ServerException;
import blenderer.server.trust.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of backups of one farm. {@code backups/TIME/} is one backup, and appears there when it
 * is whole: its journal, its secrets, the list of all digests. {@code blobs/} is shared by all of
 * them, as a content store lays files out, so that each backup adds only what is new.
 */
final class BackupFolder implements AutoCloseable {

  static final String JOURNAL = "journal.sqlite";
  static final String AUTHORITY = "ca.pem";
  static final String ADMIN = "admin.connection";
  static final String SECRETS = "secrets.json";

  /** As {@code sha256sum -c} reads it, from the folder of all backups. */
  static final String SUMS = "SHA256SUMS";

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final String UNFINISHED = "unfinished-";
  private static final int PAGE = 1000;

  /** One backup that is whole. */
  record Finished(Path folder, BackupNote note) {
    String name() {
      return String.valueOf(folder.getFileName());
    }

    Path journal() {
      return folder.resolve(JOURNAL);
    }
  }

  private final Path root;
  private final @Nullable FileChannel lock;

  private BackupFolder(Path root, @Nullable FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Opens a folder to write into, and throws away what a backup that was cut short has left.
   *
   * @throws ServerException when it is used for something else
   */
  static BackupFolder write(Path folder) throws IOException {
    Path root = folder.toAbsolutePath().normalize();
    if (Files.exists(root) && !Files.isDirectory(root.resolve("backups")) && !isEmpty(root)) {
      throw new ServerException(
          "not-a-backup-folder",
          root
              + " is not empty, and no backups are in it. Name a folder of its own for them; it is"
              + " made if it is not there.");
    }
    PrivateFiles.createFolder(root);
    FileChannel channel =
        FileChannel.open(
            root.resolve("backup.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked(channel)) {
      channel.close();
      throw new ServerException(
          "backup-running", "Another backup into " + root + " is under way. Wait for its end.");
    }
    PrivateFiles.createFolder(root.resolve("backups"));
    BackupFolder open = new BackupFolder(root, channel);
    for (Path left : open.entries(UNFINISHED)) {
      deleteTree(left);
    }
    return open;
  }

  /** Opens a folder to restore from. */
  static BackupFolder read(Path folder) {
    return new BackupFolder(folder.toAbsolutePath().normalize(), null);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock taken = channel.tryLock();
      return taken != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  Path root() {
    return root;
  }

  private List<Path> entries(String prefix) throws IOException {
    Path backups = root.resolve("backups");
    if (!Files.isDirectory(backups)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(backups)) {
      return all.filter(path -> String.valueOf(path.getFileName()).startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  /** The backups that are whole, the oldest first. */
  List<Finished> finished() throws IOException {
    List<Finished> finished = new ArrayList<>();
    for (Path folder : entries("")) {
      if (String.valueOf(folder.getFileName()).matches("\\d{8}T\\d{6}Z")
          && Files.exists(folder.resolve(BackupNote.FILE))) {
        finished.add(new Finished(folder, BackupNote.read(folder)));
      }
    }
    return finished;
  }

  /**
   * The backup of that name, or the newest one.
   *
   * @throws ServerException when there is none
   */
  Finished find(@Nullable String name) throws IOException {
    List<Finished> all = finished();
    if (all.isEmpty()) {
      throw new ServerException(
          "backup-not-whole",
          "There is no finished backup in "
              + root
              + (entries(UNFINISHED).isEmpty() ? "" : "; one was cut short")
              + ". Name the folder that was given to blenderer backup --to.");
    }
    if (name == null) {
      return all.getLast();
    }
    return all.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ServerException(
                    "backup-unknown",
                    "There is no backup '"
                        + name
                        + "' in "
                        + root
                        + "; there are "
                        + String.join(", ", all.stream().map(Finished::name).toList())
                        + "."));
  }

  /** A folder for a backup that is being made; named after the time, and after all before it. */
  Path begin(Instant time) throws IOException {
    Instant named = time;
    while (Files.exists(root.resolve("backups").resolve(NAME.format(named)))) {
      named = named.plusSeconds(1);
    }
    Path folder = root.resolve("backups").resolve(UNFINISHED + NAME.format(named));
    PrivateFiles.createFolder(folder);
    return folder;
  }

  /** Makes a backup count; its files are synced. */
  Finished finish(Path begun, BackupNote note) throws IOException {
    PrivateFiles.write(begun.resolve(BackupNote.FILE), note.text());
    syncFolder(begun);
    Path name = begun.resolveSibling(begun.getFileName().toString().substring(UNFINISHED.length()));
    Files.move(begun, name, StandardCopyOption.ATOMIC_MOVE);
    syncFolder(root.resolve("backups"));
    return new Finished(name, note);
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The blobs of all backups. */
  BlobFiles blobs() {
    return BlobFiles.open(root);
  }

  /** The same where nothing shall be written. */
  BlobBackend blobsToRead() {
    return BlobFiles.reading(root);
  }

  /**
   * Keeps the newest backups and throws the others away, then the blobs that none of them names.
   *
   * @return how many blobs went
   */
  int keep(int count) throws IOException {
    List<Finished> all = finished();
    int gone = Math.max(0, all.size() - count);
    for (Finished old : all.subList(0, gone)) {
      // First it is no backup any more, then its files go.
      Path name = old.folder().resolveSibling(UNFINISHED + old.name());
      Files.move(old.folder(), name, StandardCopyOption.ATOMIC_MOVE);
      deleteTree(name);
    }
    BlobFiles blobs = blobs();
    int freed = 0;
    List<JournalReading> kept = new ArrayList<>();
    try {
      for (Finished backup : all.subList(gone, all.size())) {
        kept.add(JournalReading.openSaved(backup.journal()));
      }
      for (int shard = 0; shard < 256; shard++) {
        Set<Digest> unnamed = new HashSet<>(blobs.list(shard).keySet());
        for (JournalReading journal : kept) {
          removeNamed(journal, shard, unnamed);
        }
        for (Digest digest : unnamed) {
          blobs.delete(digest);
          freed++;
        }
      }
    } finally {
      kept.forEach(JournalReading::close);
    }
    return freed;
  }

  private static void removeNamed(JournalReading journal, int shard, Set<Digest> digests) {
    if (digests.isEmpty()) {
      return;
    }
    String prefix = String.format(Locale.ROOT, "%02x", shard);
    Digest after =
        shard == 0
            ? null
            : new Digest(String.format(Locale.ROOT, "%02x", shard - 1) + "f".repeat(62));
    while (true) {
      List<BlobRow> page = journal.blobs(after, PAGE);
      for (BlobRow row : page) {
        digests.remove(row.digest());
      }
      if (page.isEmpty() || !page.getLast().digest().hex().startsWith(prefix)) {
        return;
      }
      after = page.getLast().digest();
    }
  }

  /**
   * Reads the backup's own files again.
   *
   * @throws ServerException when one of them is not as it was written
   */
  static void check(Finished backup) throws IOException {
    if (backup.note().format() > BackupNote.FORMAT) {
      throw new ServerException(
          "backup-newer",
          "The backup "
              + backup.folder()
              + " was made by a newer Blenderer ("
              + backup.note().version()
              + "). Restore it with that version.");
    }
    for (Map.Entry<String, String> file : backup.note().files().entrySet()) {
      Path path = backup.folder().resolve(file.getKey());
      if (!Files.exists(path)) {
        throw new ServerException(
            "backup-not-whole",
            "The backup " + backup.folder() + " lacks its file " + file.getKey() + ". " + ELSE);
      }
      if (!digest(path).equals(file.getValue())) {
        throw new ServerException(
            "backup-damaged",
            "The file " + path + " is not as it was when the backup was made. " + ELSE);
      }
    }
  }

  private static final String ELSE = "Take another backup: restore --at TIME, or another folder.";

  static String digest(Path file) throws IOException {
    return FileDigest.of(file)
        .orElseThrow(() -> new IOException(file + " was changed while it was read"))
        .digest()
        .hex();
  }

  static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
