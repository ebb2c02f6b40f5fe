package blenderer.api;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file on this computer could not be read or written, or is not what it was when it was hashed
 * ({@code file-changed}), or what came over the network does not have its digest ({@code
 * digest-mismatch}).
 */
public final class LocalFileException extends FarmException {

  public LocalFileException(String code, String sentence, String next, @Nullable Throwable cause) {
    super(code, sentence, next);
    if (cause != null) {
      initCause(cause);
    }
  }

  /** A file could not be read. */
  public static LocalFileException unreadable(Path file, IOException cause) {
    return new LocalFileException(
        "file-unreadable",
        "The file '" + file + "' cannot be read (" + reason(cause) + ").",
        "Look whether it is there and may be read.",
        cause);
  }

  /** A file could not be written. */
  public static LocalFileException unwritable(Path file, IOException cause) {
    return new LocalFileException(
        "file-unwritable",
        "The file '" + file + "' cannot be written (" + reason(cause) + ").",
        "Look whether the folder is there, may be written, and has room.",
        cause);
  }

  /** A file is not the one that was hashed. */
  public static LocalFileException changed(Path file) {
    return new LocalFileException(
        "file-changed",
        "The file '" + file + "' changed while it was being sent.",
        "Wait until the program that writes it is done, then submit again.",
        null);
  }

  private static String reason(IOException cause) {
    return cause instanceof java.nio.file.NoSuchFileException
        ? "it does not exist"
        : cause instanceof java.nio.file.AccessDeniedException
            ? "not allowed"
            : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  @Override
  public boolean mayPass() {
    return false;
  }
}
