package blenderer.server.backup;

import blenderer.cas.BlobBackend;
import blenderer.cas.BlobCopy;
import blenderer.cas.BlobFiles;
import blenderer.journal.JournalFilling;
import blenderer.journal.JournalReading;
import blenderer.journal.JournalSums;
import blenderer.model.Digest;
import blenderer.s3.S3Backend;
import blenderer.server.DataLock;
import blenderer.server.ServerException;
import blenderer.server.trust.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;

/** What restoring and migrating have in common: a farm comes to a place that had none. */
final class Arrival {

  private final FarmPlace to;
  private final InstantSource clock;
  private final Progress progress;

  Arrival(FarmPlace to, InstantSource clock, Progress progress) {
    this.to = to;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Looks whether a farm can come into the data folder. Changes nothing.
   *
   * @return whether one was coming before and was cut short
   * @throws ServerException when there is something else
   */
  boolean wasBegun() throws IOException {
    Path data = to.data();
    boolean begun = Files.exists(data.resolve(DataLock.UNFINISHED));
    if (!begun && Files.exists(data) && !isFree(data)) {
      throw notEmpty(data.toString(), "Name a folder that is not there yet.");
    }
    return begun;
  }

  /** From now on, until {@link #settle}, no server starts in the data folder. */
  void begin() throws IOException {
    PrivateFiles.write(
        to.data().resolve(DataLock.UNFINISHED),
        "A farm is being brought here. Until that is done no server starts in this folder.\n");
  }

  private static boolean isFree(Path data) throws IOException {
    try (Stream<Path> entries = Files.list(data)) {
      // Left by a start that was refused.
      return entries.allMatch(path -> path.endsWith("server.lock"));
    }
  }

  static ServerException notEmpty(String place, String advice) {
    return new ServerException(
        "target-not-empty", "There is a farm at " + place + " already, or part of one. " + advice);
  }

  /** Servers may start now. */
  private void settle() throws IOException {
    Files.deleteIfExists(to.data().resolve(DataLock.UNFINISHED));
  }

  /** Takes away what came, when running it again would not mend it. */
  private void undo() throws IOException {
    Path data = to.data();
    for (String made :
        new String[] {
          "blobs", "tls", "admin.connection", "journal.sqlite.new", "restored.sqlite"
        }) {
      if (Files.exists(data.resolve(made))) {
        BackupFolder.deleteTree(data.resolve(made));
      }
    }
    settle();
  }

  /** Work that brings a farm. */
  interface Bringing<T> {
    T run() throws IOException;
  }

  /**
   * Brings a farm whole, or leaves nothing in the data folder; but what only a full disk, a bucket
   * or a database that was away has stopped stays, and goes on when it is run again.
   */
  <T> T orNothing(Bringing<T> bringing) throws IOException {
    T result;
    try {
      result = bringing.run();
    } catch (ServerException e) {
      if (!e.code().equals(BlobTransfer.DISK_FULL)) {
        undo();
      }
      throw e;
    }
    settle();
    return result;
  }

  /**
   * Copies the blobs.
   *
   * @param farm whose they are, by the fingerprint of its authority
   * @param mayHold whether there may be blobs in the bucket already
   * @param skip whether what the source does not have, or not right, is left out
   */
  BlobTransfer.Outcome blobs(
      JournalReading journal, BlobBackend source, String farm, boolean mayHold, boolean skip) {
    BlobFiles staging = BlobFiles.open(to.blobs());
    BlobTransfer.Outcome outcome;
    if (to.bucket().isEmpty()) {
      checkRoom(BlobTransfer.bytesNotIn(staging, journal));
      outcome = BlobTransfer.run(journal, new BlobCopy(source, staging, staging, true), progress);
    } else {
      try (S3Backend bucket = S3Backend.open(to.bucket().get(), clock, farm, false)) {
        if (!mayHold && !bucket.isEmpty()) {
          throw notEmpty(
              to.blobsName(),
              "Name another prefix. If they are this farm's own, and its old server is gone for"
                  + " good, say --reuse-blobs.");
        }
        outcome = BlobTransfer.run(journal, new BlobCopy(source, staging, bucket, true), progress);
      }
    }
    if (!outcome.isWhole() && !skip) {
      throw damaged(outcome);
    }
    return outcome;
  }

  private static ServerException damaged(BlobTransfer.Outcome outcome) {
    Digest first = outcome.left().iterator().next();
    return new ServerException(
        "files-damaged",
        outcome.missing().size()
            + " files of the farm are missing and "
            + outcome.damaged().size()
            + " have other bytes than they should, such as "
            + first
            + ". Take another source, or leave them out with --skip-damaged: jobs that need them"
            + " will say so.");
  }

  private void checkRoom(long wanted) {
    long free = to.data().toFile().getUsableSpace();
    if (wanted > free) {
      throw new ServerException(
          "no-space",
          ProgressBar.bytes(wanted)
              + " of files do not fit into "
              + to.data()
              + ", where "
              + ProgressBar.bytes(free)
              + " are free. Make room, or name another folder.");
    }
  }

  /**
   * Carries the rows over. A place that holds exactly these already is done: whoever was cut short
   * at the very end finds it so.
   */
  JournalSums journal(JournalReading from, JournalFilling filling, Map<String, String> secrets) {
    long rows = from.rows();
    if (filling.isEmpty()) {
      return filling.fill(
          from, secrets, done -> progress.at("journal", done, rows, Progress.Unit.ROWS));
    }
    JournalSums there =
        filling.sums(done -> progress.at("compare", done, rows, Progress.Unit.ROWS));
    if (there.difference(from.sums(_ -> {})).isPresent()) {
      throw notEmpty(to.journalName(), "Name a database of its own for this one.");
    }
    return there;
  }
}
