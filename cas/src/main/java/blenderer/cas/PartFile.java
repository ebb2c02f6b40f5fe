package blenderer.cas;

import blenderer.cas.StoreResult.BeyondEnd;
import blenderer.cas.StoreResult.Cut;
import blenderer.cas.StoreResult.Incomplete;
import blenderer.cas.StoreResult.NoSpace;
import blenderer.cas.StoreResult.OfCommit;
import blenderer.cas.StoreResult.OfPart;
import blenderer.cas.StoreResult.Received;
import blenderer.cas.StoreResult.Stored;
import blenderer.cas.StoreResult.UnknownUpload;
import blenderer.cas.StoreResult.WrongBytes;
import blenderer.cas.StoreResult.WrongOffset;
import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A blob on its way in: a file that grows part by part and is hashed while it grows. Its length on
 * disk is all it needs to go on after a restart, when what lies there is hashed again.
 *
 * <p>Safe for many threads. The lock is never held while waiting for the sender, so a connection
 * that hangs does not keep a repeated part from being taken; of two senders of one part, the slower
 * gets {@link WrongOffset}. Only one object may exist for a file at a time.
 */
public final class PartFile {

  /** Memory used for one part while it is taken, in bytes. */
  static final int BUFFER = 256 * 1024;

  /** Brings a verified file to its final name. */
  @FunctionalInterface
  interface Placer {
    /**
     * @return false if the file is no longer there
     */
    boolean place(Path verified) throws IOException;
  }

  private final Path file;
  private final Digest digest;
  private final long size;
  private final Step.Watcher watcher;

  private final ReentrantLock lock = new ReentrantLock();
  private final MessageDigest hasher = Digest.newHasher();
  private long hashed;
  private volatile long received;
  private boolean verified;
  private boolean closed;

  private PartFile(Path file, Digest digest, long size, long received, Step.Watcher watcher) {
    this.file = file;
    this.digest = digest;
    this.size = size;
    this.received = received;
    this.watcher = watcher;
  }

  /**
   * Goes on with {@code file}, or begins it.
   *
   * @param size the blob's announced length in bytes
   */
  public static PartFile open(Path file, Digest digest, long size) {
    return open(file, digest, size, Step.Watcher.NOBODY);
  }

  static PartFile open(Path file, Digest digest, long size, Step.Watcher watcher) {
    if (size < 0) {
      throw new IllegalArgumentException("blob " + digest + " has a negative size");
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      if (channel.size() > size) {
        channel.truncate(0);
      }
      return new PartFile(file, digest, size, channel.size(), watcher);
    } catch (IOException e) {
      throw new CasException("cannot begin " + file, e);
    }
  }

  /** How many bytes are on disk. */
  public long received() {
    return received;
  }

  /** The announced length in bytes. */
  public long size() {
    return size;
  }

  /**
   * Takes a part. It must start where the last one ended; a part that lies wholly before is taken
   * for a repetition and not read. What arrived before the stream broke off is kept. The bytes are
   * on disk (survive a power cut) when this returns, save those of the last part, which {@link
   * #finish} sees to.
   *
   * @param length how many bytes to read from {@code in}; the rest of it is left alone
   */
  public OfPart append(long offset, InputStream in, long length) {
    if (offset < 0 || length < 0 || offset > size - length) {
      return new BeyondEnd(size);
    }
    if (offset + length <= received) {
      return new Received(received);
    }
    if (offset != received) {
      return new WrongOffset(received);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[(int) Math.min(BUFFER, length)];
      long at = offset;
      long end = offset + length;
      boolean cut = false;
      while (at < end && !cut) {
        int filled = 0;
        int room = (int) Math.min(buffer.length, end - at);
        while (filled < room && !cut) {
          int count = readOrCut(in, buffer, filled, room - filled);
          cut = count < 0;
          filled += Math.max(count, 0);
        }
        OfPart refused = write(channel, at, buffer, filled);
        if (!(refused instanceof Received)) {
          return refused;
        }
        at += filled;
      }
      if (at > offset && at < size) {
        channel.force(false);
      }
      return cut ? new Cut(received) : new Received(received);
    } catch (IOException e) {
      return failed(e, length);
    }
  }

  private static int readOrCut(InputStream in, byte[] buffer, int from, int room) {
    try {
      return in.read(buffer, from, room);
    } catch (IOException e) {
      // The sender's trouble, not ours: whoever reads the result sees that the part is cut.
      return -1;
    }
  }

  private OfPart write(FileChannel channel, long at, byte[] buffer, int length) throws IOException {
    lock.lock();
    try {
      if (closed) {
        return unknown();
      }
      if (received != at) {
        return new WrongOffset(received);
      }
      catchUp();
      try {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
        while (bytes.hasRemaining()) {
          channel.write(bytes, at + bytes.position());
        }
        watcher.at(Step.BYTES_WRITTEN);
      } catch (IOException e) {
        // The length on disk is what counts after a restart: take back what is only half there.
        try {
          channel.truncate(at);
        } catch (IOException second) {
          e.addSuppressed(second);
        }
        throw e;
      }
      hasher.update(buffer, 0, length);
      hashed += length;
      received += length;
      return new Received(received);
    } finally {
      lock.unlock();
    }
  }

  /** Hashes what lies on disk and has not gone through the hasher, such as after a restart. */
  private void catchUp() throws IOException {
    if (hashed == received) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
      while (hashed < received) {
        bytes.clear().limit((int) Math.min(BUFFER, received - hashed));
        int count = channel.read(bytes, hashed);
        if (count < 0) {
          throw new IOException(file + " is shorter than it was");
        }
        hasher.update(bytes.flip());
        hashed += count;
      }
    }
  }

  /**
   * Ends the upload: checks length and digest, makes the bytes durable and gives them their name in
   * {@code files}. Wrong bytes are thrown away. After anything unexpected it may be called again.
   */
  public OfCommit finishInto(BlobFiles files) {
    return finish(verified -> files.adopt(verified, digest, size));
  }

  /** As {@link #finishInto}; {@code placer} runs while no part can be written. */
  OfCommit finish(Placer placer) {
    lock.lock();
    try {
      if (closed) {
        return unknown();
      }
      if (received < size) {
        return new Incomplete(received, size);
      }
      if (!verified) {
        catchUp();
        // The hasher is spent by this, which is why the answer is remembered.
        Digest got = Digest.ofHash(hasher.digest());
        if (!got.equals(digest)) {
          discard();
          return new WrongBytes(digest, got, size);
        }
        verified = true;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        } catch (IOException e) {
          // After a failed sync nobody knows what the disk holds.
          discard();
          throw e;
        }
        watcher.at(Step.BYTES_SYNCED);
      }
      if (!placer.place(file)) {
        closed = true;
        return unknown();
      }
      closed = true;
      return new Stored(digest, size);
    } catch (IOException e) {
      return failed(e, size);
    } finally {
      lock.unlock();
    }
  }

  /** Throws away what arrived; later calls find no upload. */
  public void discard() {
    lock.lock();
    try {
      closed = true;
      Disk.delete(file);
    } finally {
      lock.unlock();
    }
  }

  private UnknownUpload unknown() {
    return new UnknownUpload(String.valueOf(file.getFileName()));
  }

  private NoSpace failed(IOException e, long wanted) {
    if (Disk.isFull(e)) {
      Path folder = file.toAbsolutePath().getParent();
      return new NoSpace(folder == null ? 0 : folder.toFile().getUsableSpace(), 0, wanted);
    }
    throw new CasException("cannot store " + digest + " through " + file, e);
  }
}
