package blenderer.api;

import blenderer.model.Digest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Moves blobs to and from the content store; resumes after a cut. Holds one small buffer each. */
final class BlobTransfer {

  /** The size of a part of an upload, in bytes. */
  static final int PART = 8 * 1024 * 1024;

  private static final int BUFFER = 128 * 1024;

  private final BlobCalls calls;
  private final Backoff backoff;

  /** Where all but small blobs go, as far as the server has said. */
  private volatile Way way = Way.UNKNOWN;

  private enum Way {
    UNKNOWN,
    THROUGH_THE_SERVER,
    PAST_THE_SERVER
  }

  BlobTransfer(BlobCalls calls, Backoff backoff) {
    this.calls = calls;
    this.backoff = backoff;
  }

  void upload(Digest digest, long size, BlobSource source, TransferProgress progress) {
    boolean small = size <= DirectTransfer.SMALL;
    // Bytes are sent whole only to a server that is known to want them: they leave before it
    // answers.
    if (size <= PART
        && (small || way == Way.THROUGH_THE_SERVER)
        && putWhole(digest, size, source)) {
      progress.moved(size);
      return;
    }
    if (way != Way.PAST_THE_SERVER && uploadInParts(digest, size, source, progress)) {
      return;
    }
    try {
      new DirectUpload(calls, backoff, digest, size, source, progress).send();
    } catch (ApiException e) {
      if (!e.code().equals("not-direct")) {
        throw e;
      }
      // The farm has moved its files to the server's disk.
      way = Way.THROUGH_THE_SERVER;
      uploadInParts(digest, size, source, progress);
    }
  }

  /** Whether that was the server's word that bytes go past it; noted for all that follows. */
  private boolean isSentElsewhere(ApiException e) {
    boolean elsewhere = e.code().equals("send-direct");
    if (elsewhere) {
      way = Way.PAST_THE_SERVER;
    }
    return elsewhere;
  }

  /**
   * False if it must go in parts: over a line that broke they resume, and old servers know them.
   */
  private boolean putWhole(Digest digest, long size, BlobSource source) {
    try {
      calls.putBlob(digest.hex(), body(source, 0, size));
      return true;
    } catch (UnreachableException e) {
      return false;
    } catch (ApiException e) {
      if (e.status() == 404 || e.status() == 405 || e.mayPass() || isSentElsewhere(e)) {
        return false;
      }
      throw e;
    }
  }

  /** False if the server said that bytes go past it. */
  private boolean uploadInParts(
      Digest digest, long size, BlobSource source, TransferProgress progress) {
    Backoff.Tries tries = backoff.start();
    long told = 0;
    long best = 0;
    while (true) {
      try {
        Farm.Upload upload = calls.beginUpload(new Farm.NewUpload(digest.hex(), size));
        if (size > DirectTransfer.SMALL) {
          way = Way.THROUGH_THE_SERVER;
        }
        while (true) {
          long received = upload.complete() ? size : upload.received();
          progress.moved(received - told);
          told = received;
          if (received > best) {
            best = received;
            tries.progress();
          }
          if (upload.complete()) {
            return true;
          }
          if (received >= size) {
            break;
          }
          upload = putPart(upload, Math.min(PART, size - received), source);
        }
        calls.commitUpload(upload.id());
        return true;
      } catch (ApiException e) {
        if (isSentElsewhere(e)) {
          return false;
        }
        tries.pauseOrThrow(isOutOfStep(e) ? asPassing(e) : e);
      } catch (UnreachableException e) {
        tries.pauseOrThrow(e);
      }
    }
  }

  /** Somebody else moved the offset, or an answer was lost: asking again tells where it stands. */
  private static boolean isOutOfStep(ApiException e) {
    return e.code().equals("upload-offset") || e.code().equals("upload-not-found");
  }

  static FarmException asPassing(ApiException e) {
    return new UnreachableException(e.code(), e.sentence(), e.next(), true, e);
  }

  private Farm.Upload putPart(Farm.Upload upload, long length, BlobSource source) {
    return calls.putPart(upload, body(source, upload.received(), length));
  }

  static HttpCall.Body body(BlobSource source, long offset, long length) {
    return new HttpCall.Body() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        copyPart(source, offset, length, out);
      }
    };
  }

  private static void copyPart(BlobSource source, long offset, long length, OutputStream out)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = length;
    try (InputStream in = source.openAt(offset)) {
      while (left > 0) {
        int got;
        try {
          got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        } catch (IOException e) {
          throw LocalFileException.unreadable(source.name(), e);
        }
        if (got < 0) {
          throw LocalFileException.changed(source.name());
        }
        out.write(buffer, 0, got);
        left -= got;
      }
    }
  }

  /**
   * The temporary file's name depends only on the target and the digest, so that a later run goes
   * on with it; it is locked, and whoever finds it locked takes one of its own.
   */
  void download(Digest digest, Path target, TransferProgress progress) {
    Path folder = parent(target);
    String name = "." + target.getFileName() + "." + digest.hex().substring(0, 16);
    try {
      Files.createDirectories(folder);
      Path part = folder.resolve(name + ".part");
      if (downloadLocked(digest, part, target, progress)) {
        return;
      }
      Path own = Files.createTempFile(folder, name + ".", ".part");
      try {
        downloadLocked(digest, own, target, progress);
      } finally {
        Files.deleteIfExists(own);
      }
    } catch (IOException e) {
      throw LocalFileException.unwritable(target, e);
    }
  }

  private static Path parent(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw LocalFileException.unwritable(target, new FileNotFoundException("it is no file"));
    }
    return folder;
  }

  private boolean downloadLocked(Digest digest, Path part, Path target, TransferProgress progress)
      throws IOException {
    try (FileChannel file =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      try (FileLock lock = tryLock(file)) {
        if (lock == null) {
          return false;
        }
        if (!fetch(digest, file, progress)) {
          // What an earlier run left was not the beginning of this blob, or a disk lied.
          if (!fetch(digest, file, progress)) {
            Files.deleteIfExists(part);
            throw new LocalFileException(
                "digest-mismatch",
                "What arrived for '" + target + "' is not the file with the digest " + digest + ".",
                "Try again; if it happens again, the server's disk or this one's is damaged.",
                null);
          }
        }
        file.force(true);
        Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(parent(target));
        return true;
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Completes the file; false: what it holds now has another digest, and it is empty again. */
  private boolean fetch(Digest digest, FileChannel file, TransferProgress progress)
      throws IOException {
    MessageDigest hash = Digest.newHasher();
    byte[] buffer = new byte[BUFFER];
    long have = hashWhatIsThere(file, hash, buffer);
    progress.moved(have);
    Backoff.Tries tries = backoff.start();
    while (true) {
      try {
        have = append(digest, file, hash, buffer, have, progress, tries);
        break;
      } catch (Cut e) {
        have = e.have;
        tries.pauseOrThrow(e.reason);
      }
    }
    if (Digest.ofHash(hash.digest()).equals(digest)) {
      return true;
    }
    file.truncate(0);
    progress.moved(-have);
    return false;
  }

  private static long hashWhatIsThere(FileChannel file, MessageDigest hash, byte[] buffer)
      throws IOException {
    long have = 0;
    file.position(0);
    while (true) {
      int got = file.read(ByteBuffer.wrap(buffer));
      if (got < 0) {
        return have;
      }
      hash.update(buffer, 0, got);
      have += got;
    }
  }

  /** The connection broke after some bytes. */
  private static final class Cut extends Exception {
    final long have;
    final FarmException reason;

    Cut(long have, FarmException reason) {
      super(reason);
      this.have = have;
      this.reason = reason;
    }
  }

  private long append(
      Digest digest,
      FileChannel file,
      MessageDigest hash,
      byte[] buffer,
      long from,
      TransferProgress progress,
      Backoff.Tries tries)
      throws IOException, Cut {
    long have = from;
    BlobReply reply;
    try {
      reply = calls.openBlob(digest.hex(), from == 0 ? null : "bytes=" + from + "-");
    } catch (FarmException e) {
      throw new Cut(have, e);
    }
    try (reply) {
      if (reply.status() == 416) {
        return have;
      }
      if (from > 0 && reply.status() != 206) {
        throw new Cut(have, reply.lost(new IOException("the range was not honoured")));
      }
      InputStream body = reply.body();
      while (true) {
        int got;
        try {
          got = body.read(buffer, 0, buffer.length);
        } catch (IOException e) {
          throw new Cut(have, reply.lost(e));
        }
        if (got < 0) {
          return have;
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, got);
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        hash.update(buffer, 0, got);
        have += got;
        progress.moved(got);
        tries.progress();
      }
    }
  }

  /** Makes a rename in a folder last. */
  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      // Windows cannot open folders; there a rename lasts by itself.
    }
  }
}
