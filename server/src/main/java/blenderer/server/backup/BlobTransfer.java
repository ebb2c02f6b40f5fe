package blenderer.server.backup;

import blenderer.cas.BlobBackend;
import blenderer.cas.BlobCopy;
import blenderer.cas.BlobRow;
import blenderer.cas.CasException;
import blenderer.journal.JournalReading;
import blenderer.model.Digest;
import blenderer.server.ServerException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Copies all blobs that a journal names, several at a time. */
final class BlobTransfer {

  /** A disk syncs several files at once, and a bucket answers several calls. */
  private static final int THREADS = 6;

  /** The code of a failure after which it goes on, once there is room. */
  static final String DISK_FULL = "disk-full";

  private static final int PAGE = 1000;

  /**
   * What came of it.
   *
   * @param copied how many blobs
   * @param there how many were at their new place already
   * @param missing those that the source does not have
   * @param damaged those whose bytes are not right any more
   */
  record Outcome(
      long copied, long copiedBytes, long there, Set<Digest> missing, Set<Digest> damaged) {

    /** Whether nothing of what is named is left out. */
    boolean isWhole() {
      return missing.isEmpty() && damaged.isEmpty();
    }

    /** Those that were not copied. */
    Set<Digest> left() {
      Set<Digest> left = new ConcurrentSkipListSet<>(missing);
      left.addAll(damaged);
      return left;
    }
  }

  private final BlobCopy copy;
  private final Progress progress;
  private final long total;
  private final AtomicLong copied = new AtomicLong();
  private final AtomicLong copiedBytes = new AtomicLong();
  private final AtomicLong there = new AtomicLong();
  private final AtomicLong seenBytes = new AtomicLong();
  private final Set<Digest> missing = new ConcurrentSkipListSet<>();
  private final Set<Digest> damaged = new ConcurrentSkipListSet<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  private BlobTransfer(BlobCopy copy, long total, Progress progress) {
    this.copy = copy;
    this.total = total;
    this.progress = progress;
  }

  /**
   * Copies what is missing at its new place.
   *
   * @param journal is read a page at a time, each as it is then
   * @throws ServerException when there is no room
   * @throws CasException when a place cannot be reached
   */
  static Outcome run(JournalReading journal, BlobCopy copy, Progress progress) {
    BlobTransfer transfer = new BlobTransfer(copy, journal.blobBytes(), progress);
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(THREADS * 4),
            new ThreadPoolExecutor.CallerRunsPolicy());
    try (threads) {
      transfer.all(journal, threads);
    }
    RuntimeException failed = transfer.failure.get();
    if (failed != null) {
      throw failed;
    }
    return new Outcome(
        transfer.copied.get(),
        transfer.copiedBytes.get(),
        transfer.there.get(),
        transfer.missing,
        transfer.damaged);
  }

  /** How many bytes of the journal's blobs {@code place} does not have. */
  static long bytesNotIn(BlobBackend place, JournalReading journal) {
    long[] bytes = {0};
    forEach(
        journal,
        () -> false,
        row -> bytes[0] += place.has(row.digest(), row.size()) ? 0 : row.size());
    return bytes[0];
  }

  private void all(JournalReading journal, ThreadPoolExecutor threads) {
    forEach(journal, () -> failure.get() != null, row -> threads.execute(() -> one(row)));
  }

  private static void forEach(
      JournalReading journal, BooleanSupplier ends, Consumer<BlobRow> each) {
    Digest after = null;
    while (!ends.getAsBoolean()) {
      List<BlobRow> page = journal.blobs(after, PAGE);
      // So long as blobs are copied nobody shall wait for this reader.
      journal.renew();
      if (page.isEmpty()) {
        return;
      }
      after = page.getLast().digest();
      page.forEach(each);
    }
  }

  private void one(BlobRow row) {
    if (failure.get() != null) {
      return;
    }
    try {
      switch (copy.copy(row.digest(), row.size())) {
        case COPIED -> {
          copied.incrementAndGet();
          copiedBytes.addAndGet(row.size());
        }
        case WAS_THERE -> there.incrementAndGet();
        case MISSING -> missing.add(row.digest());
        case DAMAGED -> damaged.add(row.digest());
        case NO_ROOM ->
            throw new ServerException(
                DISK_FULL,
                "The disk is full: a file of "
                    + ProgressBar.bytes(row.size())
                    + " does not fit any more. Make room, and run it again: it goes on.");
      }
      progress.at("files", seenBytes.addAndGet(row.size()), total, Progress.Unit.BYTES);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }
}
