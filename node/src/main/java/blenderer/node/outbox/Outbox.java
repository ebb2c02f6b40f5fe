package blenderer.node.outbox;

import blenderer.api.NodeSync;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results that the server has not answered for yet. A result put here survives a crash of the
 * program, a restart, and days without a server; {@link OutboxSync} makes it survive a power cut,
 * too, if it is still here a second later. One that a power cut took or damaged is rendered again:
 * what the server knows it has on its own disk.
 */
public final class Outbox {

  /**
   * Bytes of reports in one call. The server takes eight megabytes; with more, a node that brings
   * the harvest of a long time without a server would never be heard again.
   */
  private static final long MOST_TOLD = 3L << 20;

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final String GROWING = ".new-";
  private static final String DAMAGED = "damaged";

  /** How far an entry is. */
  private enum Stage {
    TO_UPLOAD,
    READY
  }

  private static final class Held {
    final Entry entry;
    Stage stage = Stage.TO_UPLOAD;

    /** The server has asked for its files: it counts, whatever else the server says. */
    boolean asked = false;

    Held(Entry entry) {
      this.entry = entry;
    }
  }

  private final Path folder;
  private final long bound;
  private final Map<ResultKey, Held> entries = new LinkedHashMap<>();

  /** Given back without fault: worth nothing after a restart, so only in memory. */
  private final Map<ResultKey, NodeSync.Report> givenBack = new LinkedHashMap<>();

  /** Entries that a power cut could still take. */
  private final Deque<Path> unsynced = new ArrayDeque<>();

  private long bytes;
  private long number;

  private Outbox(Path folder, long bound) {
    this.folder = folder;
    this.bound = bound;
  }

  /**
   * Opens the outbox and takes up what an earlier run left.
   *
   * @param bound how many bytes may wait before the node takes no new work
   */
  public static Outbox open(Path folder, long bound) throws IOException {
    Files.createDirectories(folder);
    Outbox outbox = new Outbox(folder, bound);
    outbox.load();
    return outbox;
  }

  private synchronized void load() throws IOException {
    TreeSet<Path> found = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      all.forEach(found::add);
    }
    for (Path entry : found) {
      String name = String.valueOf(entry.getFileName());
      if (name.startsWith(GROWING)) {
        EntryFiles.delete(entry);
      } else if (!name.equals(DAMAGED)) {
        takeUp(entry, name);
      }
    }
  }

  private void takeUp(Path entry, String name) {
    ResultKey key = ResultKey.ofFolderName(name).orElse(null);
    if (key == null) {
      LOG.warn("Left alone in the outbox: '{}' is not the name of a result", name);
      return;
    }
    number = Math.max(number, Long.parseLong(name.substring(0, name.indexOf('-'))));
    try {
      if (Files.notExists(entry.resolve(Entry.REPORT))) {
        EntryFiles.delete(entry); // a deletion that a crash cut short
        return;
      }
      Held held = new Held(EntryFiles.read(key, entry));
      entries.put(key, held);
      bytes += held.entry.bytes();
    } catch (IOException e) {
      setAside(entry, key, String.valueOf(e.getMessage()));
    }
  }

  private void setAside(Path entry, ResultKey key, String why) {
    LOG.warn(
        "Set aside a damaged result ({}): {}. It lies in {}; its task will be rendered again",
        entry.getFileName(),
        why,
        folder.resolve(DAMAGED));
    try {
      Files.createDirectories(folder.resolve(DAMAGED));
      Files.move(
          entry,
          folder.resolve(DAMAGED).resolve(entry.getFileName()),
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("It could not be moved there: {}", e.getMessage());
    }
    giveBack(key);
  }

  /** Keeps a result. The files of a failed call may be gone. */
  public void put(Result result) throws IOException {
    long mine;
    synchronized (this) {
      mine = ++number;
    }
    Path growing = folder.resolve(GROWING + mine);
    Entry entry;
    boolean done = false;
    try {
      entry = EntryFiles.write(result, growing, folder.resolve(result.key().folderName(mine)));
      done = true;
    } finally {
      if (!done) {
        deleteQuietly(growing);
      }
    }
    synchronized (this) {
      Held before = entries.put(result.key(), new Held(entry));
      unsynced.add(entry.folder());
      bytes += entry.bytes();
      if (before != null) {
        bytes -= before.entry.bytes();
        deleteQuietly(before.entry.folder());
      }
      notifyAll();
    }
  }

  /** Tells the server that a task comes back without fault. */
  public synchronized void giveBack(ResultKey key) {
    givenBack.put(
        key,
        new NodeSync.Report(
            key.lease(),
            key.index(),
            key.generation(),
            "cancelled",
            List.of(),
            null,
            null,
            0,
            0,
            null,
            null,
            null,
            null));
  }

  /** Whether the server is still to be told of this attempt. */
  public synchronized boolean holds(ResultKey key) {
    return entries.containsKey(key) || givenBack.containsKey(key);
  }

  /**
   * What the server can be told in one call: what comes back without fault, and what is uploaded,
   * oldest first, as far as it fits into {@link #MOST_TOLD}. The rest follows when the server has
   * acknowledged these.
   */
  public synchronized List<NodeSync.Report> ready() {
    List<NodeSync.Report> reports = new ArrayList<>();
    long size = 0;
    Iterator<NodeSync.Report> all =
        Stream.concat(
                givenBack.values().stream(),
                entries.values().stream()
                    .filter(held -> held.stage == Stage.READY)
                    .map(held -> held.entry.report()))
            .iterator();
    while (all.hasNext()) {
      NodeSync.Report report = all.next();
      size += sizeOf(report);
      if (size > MOST_TOLD && !reports.isEmpty()) {
        break;
      }
      reports.add(report);
    }
    return reports;
  }

  /** About how many bytes it takes to write. */
  private static long sizeOf(NodeSync.Report report) {
    long size = 500;
    for (NodeSync.OutputFile file : report.files()) {
      size += 120 + file.path().getBytes(StandardCharsets.UTF_8).length;
    }
    return size + (report.failure() == null ? 0 : 2L * report.failure().message().length());
  }

  /** Obeys the server's answer for one report; one that is not here any more is no matter. */
  public synchronized void acknowledged(NodeSync.Ack ack) {
    ResultKey key = ResultKey.of(ack);
    if (ack.verdict().equals("missing-files")) {
      Held held = entries.get(key);
      if (held != null) {
        held.stage = Stage.TO_UPLOAD;
        held.asked = true;
        notifyAll();
        return;
      }
    }
    givenBack.remove(key);
    Held held = entries.remove(key);
    if (held != null) {
      bytes -= held.entry.bytes();
      deleteQuietly(held.entry.folder());
    }
  }

  /**
   * Offers, without their files, the results that the server seems not to want any more: it says
   * that they are stale, and they are gone, or it asks for the files. What cannot be uploaded, or
   * only slowly, would else stand in the way of what counts.
   *
   * @param isWanted whether the server listed the attempt's task just now
   * @return whether there is something more to tell
   */
  public synchronized boolean offerUnwanted(Predicate<ResultKey> isWanted) {
    boolean any = false;
    for (Map.Entry<ResultKey, Held> one : entries.entrySet()) {
      Held held = one.getValue();
      if (held.stage == Stage.TO_UPLOAD && !held.asked && !isWanted.test(one.getKey())) {
        held.stage = Stage.READY;
        any = true;
      }
    }
    return any;
  }

  private static void deleteQuietly(Path entry) {
    try {
      EntryFiles.delete(entry);
    } catch (IOException e) {
      LOG.warn("Cannot delete {}: {}", entry, e.getMessage());
    }
  }

  /** How many bytes wait. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Whether no new work should begin until the server has taken something. */
  public synchronized boolean isFull() {
    return bytes >= bound;
  }

  /** Waits until there are entries that a power cut could still take. */
  synchronized void awaitUnsynced() throws InterruptedException {
    while (unsynced.isEmpty()) {
      wait();
    }
  }

  /** Makes all last that is here. Most that came within a second is at the server already. */
  void sync() throws IOException {
    List<Path> folders;
    synchronized (this) {
      folders = List.copyOf(unsynced);
      unsynced.clear();
    }
    for (Path entry : folders) {
      EntryFiles.sync(entry);
    }
    EntryFiles.syncNames(folder);
  }

  /** Waits for entries to upload, oldest first, at most {@code most}. */
  synchronized List<Entry> awaitUploads(int most) throws InterruptedException {
    while (true) {
      List<Entry> found =
          entries.values().stream()
              .filter(held -> held.stage == Stage.TO_UPLOAD)
              .limit(most)
              .map(held -> held.entry)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
      wait();
    }
  }

  /** All blobs of the entry are at the server: it can be offered. */
  synchronized void uploaded(Entry entry) {
    Held held = entries.get(entry.key());
    if (held != null && held.entry.equals(entry)) {
      held.stage = Stage.READY;
    }
  }

  /** The entry's bytes are not what they were; its task is given back. */
  synchronized void damaged(Entry entry, String why) {
    Held held = entries.get(entry.key());
    if (held != null && held.entry.equals(entry)) {
      entries.remove(entry.key());
      bytes -= entry.bytes();
      setAside(entry.folder(), entry.key(), why);
    }
  }
}
