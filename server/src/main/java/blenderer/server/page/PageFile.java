package blenderer.server.page;

import blenderer.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the page.
 *
 * @param packed the same by gzip; empty where that would not be shorter
 * @param tag changes with the bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record PageFile(String type, byte[] plain, byte[] packed, String tag) {

  /** A file with its packed form made here. */
  static PageFile of(String path, byte[] bytes) {
    return of(path, bytes, pack(bytes));
  }

  static PageFile of(String path, byte[] bytes, byte[] packed) {
    return new PageFile(
        typeOf(path),
        bytes,
        packed.length < bytes.length ? packed : new byte[0],
        "\"" + Digest.of(bytes).hex().substring(0, 32) + "\"");
  }

  private static byte[] pack(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new Best(packed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return packed.toByteArray();
  }

  private static final class Best extends GZIPOutputStream {
    Best(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }

  private static String typeOf(String path) {
    String end = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (end) {
      case "html" -> "text/html; charset=utf-8";
      case "js", "mjs" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "json", "map" -> "application/json";
      case "webmanifest" -> "application/manifest+json";
      case "svg" -> "image/svg+xml";
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      case "webp" -> "image/webp";
      case "ico" -> "image/x-icon";
      case "woff2" -> "font/woff2";
      case "wasm" -> "application/wasm";
      case "txt" -> "text/plain; charset=utf-8";
      default -> "application/octet-stream";
    };
  }
}
