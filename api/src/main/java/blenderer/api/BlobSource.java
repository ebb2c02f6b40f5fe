package blenderer.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of a blob, which can be read again from anywhere, since uploads resume. */
public interface BlobSource {

  /**
   * Opens the bytes from {@code offset} on.
   *
   * @throws LocalFileException when they cannot be read
   */
  InputStream openAt(long offset);

  /** What a person calls it, for messages. */
  Path name();

  /** A file. */
  static BlobSource file(Path file) {
    return new BlobSource() {
      @Override
      public InputStream openAt(long offset) {
        try {
          SeekableByteChannel channel = Files.newByteChannel(file);
          channel.position(offset);
          return Channels.newInputStream(channel);
        } catch (IOException e) {
          throw LocalFileException.unreadable(file, e);
        }
      }

      @Override
      public Path name() {
        return file;
      }
    };
  }

  /** Bytes in memory. */
  static BlobSource bytes(String name, byte[] bytes) {
    return new BlobSource() {
      @Override
      public InputStream openAt(long offset) {
        int from = Math.toIntExact(offset);
        return new ByteArrayInputStream(bytes, from, bytes.length - from);
      }

      @Override
      public Path name() {
        return Path.of(name);
      }
    };
  }
}
