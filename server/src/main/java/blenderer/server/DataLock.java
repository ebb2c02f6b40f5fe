package blenderer.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** {@code DATA/server.lock}: one server for each data folder. Ends with the process, however. */
public final class DataLock implements AutoCloseable {

  /**
   * In a data folder that a restore or a migration is writing; no server starts on half of a farm.
   */
  public static final String UNFINISHED = "unfinished";

  private final FileChannel channel;

  private DataLock(FileChannel channel) {
    this.channel = channel;
  }

  /** For a server. */
  static DataLock take(Path data) throws IOException {
    DataLock lock = take(data, "Stop it, or give this one another --data.");
    if (Files.exists(data.resolve(UNFINISHED))) {
      lock.close();
      throw new ServerException(
          "data-unfinished",
          "What was to bring a farm into "
              + data
              + " did not end. Run the same restore or migrate again; it goes on.");
    }
    return lock;
  }

  /**
   * For anything else that must have the folder for itself.
   *
   * @param advice what to do when a server uses it
   */
  public static DataLock take(Path data, String advice) throws IOException {
    Path file = data.resolve("server.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (lock(channel) == null) {
      channel.close();
      throw new ServerException(
          "data-in-use", "Another server uses " + data + " already. " + advice);
    }
    return new DataLock(channel);
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
