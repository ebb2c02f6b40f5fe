package blenderer.api;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request.
 *
 * @param target path and query, encoded
 * @param headers besides Host, Authorization and Content-Length
 * @param readTimeout the longest silence of the server
 * @param repeatable whether sending it twice does the same as sending it once
 */
record HttpCall(
    String method,
    String target,
    List<Header> headers,
    @Nullable Body body,
    Duration readTimeout,
    boolean repeatable) {

  /** A header line. */
  record Header(String name, String value) {}

  /** What a request carries; written once for each time the request is sent. */
  interface Body {
    long length();

    /**
     * Writes exactly {@link #length} bytes.
     *
     * @throws IOException when {@code out} does; trouble with the source is a {@link
     *     LocalFileException}
     */
    void writeTo(OutputStream out) throws IOException;

    static Body of(byte[] bytes) {
      return new Body() {
        @Override
        public long length() {
          return bytes.length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
          out.write(bytes);
        }
      };
    }
  }
}
