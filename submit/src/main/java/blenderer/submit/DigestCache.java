package blenderer.submit;

import blenderer.model.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * Remembers what files hash to, so that an unchanged project is not read again. A file is unchanged
 * if its path, size, time of writing and inode are. One file in the user's cache folder; losing it
 * costs time only, so a damaged one is dropped and trouble with writing it is ignored. Safe for
 * many threads and for two programs at once.
 */
public final class DigestCache {

  private static final String FIRST_LINE = "blenderer digests 1";
  private static final Duration KEPT = Duration.ofDays(90);

  private record Entry(FileStamp stamp, Digest digest, long usedDay) {}

  private final Path file;
  private final Clock clock;
  private final Map<String, Entry> known;
  private final Map<String, Entry> touched = new ConcurrentHashMap<>();

  /** Opens the cache in a file that need not exist. */
  public DigestCache(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
    this.known = new ConcurrentHashMap<>(read(file));
  }

  /** The digest of {@code path} if it is still as it was. */
  Optional<Digest> find(Path path, FileStamp stamp) {
    Entry entry = known.get(path.toString());
    if (entry == null || !entry.stamp().equals(stamp)) {
      return Optional.empty();
    }
    touched.put(path.toString(), new Entry(stamp, entry.digest(), today()));
    return Optional.of(entry.digest());
  }

  /** Remembers a digest; not if the file was written so recently that a change might not show. */
  void remember(HashedFile hashed, Instant readAt) {
    if (hashed.stamp().isSettled(readAt)) {
      Entry entry = new Entry(hashed.stamp(), hashed.digest(), today());
      known.put(hashed.file().toString(), entry);
      touched.put(hashed.file().toString(), entry);
    }
  }

  /** Drops what is known of a file. */
  void forget(Path path) {
    known.remove(path.toString());
    touched.remove(path.toString());
  }

  /** Writes what was learned, on top of what other programs wrote meanwhile. */
  public void save() {
    if (touched.isEmpty()) {
      return;
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid()) {
          rewrite();
        }
      }
    } catch (IOException | OverlappingFileLockException e) {
      // The next run hashes again.
    }
  }

  private void rewrite() throws IOException {
    Map<String, Entry> all = read(file);
    all.putAll(touched);
    long oldest = today() - KEPT.toDays();
    all.values().removeIf(entry -> entry.usedDay() < oldest);
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    all.forEach((path, entry) -> text.append(line(path, entry)).append('\n'));
    text.append(checksum(text)).append('\n');
    Path next = Files.createTempFile(file.toAbsolutePath().getParent(), "digests", ".new");
    try {
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private static String line(String path, Entry entry) {
    return String.join(
        "\t",
        entry.digest().hex(),
        Long.toString(entry.stamp().size()),
        Long.toString(entry.stamp().modifiedNanos()),
        entry.stamp().inode(),
        Long.toString(entry.usedDay()),
        path.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t"));
  }

  private static Map<String, Entry> read(Path file) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(file));
      String last = lines.removeLast();
      StringBuilder text = new StringBuilder();
      lines.forEach(line -> text.append(line).append('\n'));
      if (!lines.getFirst().equals(FIRST_LINE) || !last.equals(checksum(text))) {
        return new LinkedHashMap<>();
      }
      for (String line : lines.subList(1, lines.size())) {
        String[] fields = line.split("\t", 6);
        FileStamp stamp =
            new FileStamp(Long.parseLong(fields[1]), Long.parseLong(fields[2]), fields[3]);
        entries.put(
            unescape(fields[5]),
            new Entry(stamp, new Digest(fields[0]), Long.parseLong(fields[4])));
      }
      return entries;
    } catch (IOException | RuntimeException e) {
      // Absent or damaged: as good as empty.
      return new LinkedHashMap<>();
    }
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        plain.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private static String checksum(CharSequence text) {
    CRC32C crc = new CRC32C();
    crc.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return "end " + Long.toHexString(crc.getValue());
  }

  private long today() {
    return Duration.ofMillis(clock.millis()).toDays();
  }
}
