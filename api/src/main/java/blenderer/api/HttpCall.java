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
 * @param park how much of that the server was asked to wait if it has nothing to say
 * @param headTimeout the longest time to the head of the answer; no more than {@code readTimeout}
 * @param repeatable whether sending it twice does the same as sending it once
 */
record HttpCall(
    String method,
    String target,
    List<Header> headers,
    @Nullable Body body,
    Duration readTimeout,
    Duration park,
    Duration headTimeout,
    boolean repeatable) {

  /** A larger body is sent while the server takes it, and may be refused in the middle. */
  static final int SMALL_BODY = 8 * 1024;

  /** How long a server may think when there is another one to ask. */
  private static final Duration IMPATIENCE = Duration.ofSeconds(5);

  /** A call that the server answers as soon as it can. */
  HttpCall(
      String method,
      String target,
      List<Header> headers,
      @Nullable Body body,
      Duration readTimeout,
      boolean repeatable) {
    this(method, target, headers, body, readTimeout, Duration.ZERO, readTimeout, repeatable);
  }

  boolean isSmall() {
    return body == null || body.length() <= SMALL_BODY;
  }

  /** The same call to a server that has a few seconds before another one is asked. */
  HttpCall impatient() {
    Duration most = IMPATIENCE.plus(park);
    return withHeadTimeout(most.compareTo(readTimeout) < 0 ? most : readTimeout);
  }

  HttpCall withHeadTimeout(Duration time) {
    return new HttpCall(method, target, headers, body, readTimeout, park, time, repeatable);
  }

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
