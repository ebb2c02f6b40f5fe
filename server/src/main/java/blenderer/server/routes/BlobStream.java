package blenderer.server.routes;

import blenderer.cas.ContentStore;
import blenderer.model.Digest;
import blenderer.server.http.ByteRange;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Sends bytes of the store, whole or a range of them. */
final class BlobStream {

  static final String BYTES = "application/octet-stream";

  private static final int BUFFER = 128 << 10;

  private BlobStream() {}

  /**
   * Sends a blob of that size; the answer's other headers are set already.
   *
   * @throws HttpError 404 when the store has lost it, 416
   */
  static void send(Exchange exchange, ContentStore store, Digest digest, long size, String type)
      throws IOException {
    exchange.answerHeader("Accept-Ranges", "bytes");
    exchange.answerHeader("ETag", "\"" + digest + "\"");
    Optional<ByteRange> range;
    try {
      range = exchange.header("Range").flatMap(header -> ByteRange.parse(header, size));
    } catch (HttpError e) {
      exchange.answerHeader("Content-Range", "bytes */" + size);
      throw e;
    }
    long offset = range.map(ByteRange::offset).orElse(0L);
    long count = range.map(ByteRange::count).orElse(size);
    Optional<InputStream> bytes = store.open(digest, offset, count);
    if (bytes.isEmpty()) {
      throw notFound(digest);
    }
    try (InputStream in = bytes.get()) {
      if (range.isPresent()) {
        exchange.answerHeader(
            "Content-Range", "bytes " + offset + "-" + (offset + count - 1) + "/" + size);
      }
      OutputStream out = exchange.stream(range.isPresent() ? 206 : 200, type, count);
      copy(in, out, exchange.method().equals("HEAD") ? 0 : count, digest);
      out.close();
    }
  }

  /** Copies exactly {@code count} bytes. */
  static void copy(InputStream in, OutputStream out, long count, Digest digest) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = count;
    while (left > 0) {
      int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (got < 0) {
        throw new IOException("blob " + digest + " is shorter than its row says");
      }
      out.write(buffer, 0, got);
      left -= got;
    }
  }

  static HttpError notFound(Digest digest) {
    return HttpError.of(
        404,
        "blob-not-found",
        "The store has no blob " + digest + ".",
        "Upload it, or look at whether the job was deleted.");
  }

  /**
   * The type of a file that browsers may show where it is asked for; bytes to keep for all others.
   * What stands in it runs nowhere: every answer forbids it.
   */
  static String typeOf(String path) {
    String end = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (end) {
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      case "webp" -> "image/webp";
      case "mp4", "m4v" -> "video/mp4";
      case "webm" -> "video/webm";
      case "mov" -> "video/quicktime";
      case "mkv" -> "video/x-matroska";
      default -> BYTES;
    };
  }

  /**
   * To be kept under that name, and not shown: what is kept needs no sandbox, which may forbid
   * that.
   */
  static void keep(Exchange exchange, String name) {
    exchange.answerHeader("Content-Disposition", attachment(name));
    exchange.answerHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }

  /** The header of a file to be kept under that name (RFC 6266). */
  private static String attachment(String name) {
    StringBuilder plain = new StringBuilder();
    StringBuilder coded = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              boolean simple = c < 128 && (Character.isLetterOrDigit(c) || "._- ".indexOf(c) >= 0);
              plain.append(simple ? Character.toString(c) : "_");
            });
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean simple = b > 0 && (Character.isLetterOrDigit(b) || "._-".indexOf(b) >= 0);
      coded.append(simple ? Character.toString(b) : String.format(Locale.ROOT, "%%%02X", b & 0xff));
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + coded;
  }
}
