package blenderer.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of a reply and its body. Must be closed: that gives the connection back, or ends it if
 * the body was not read to its end.
 */
final class HttpReply implements AutoCloseable {

  /** So much of an unread body is read to save a connection. */
  private static final int WORTH_DRAINING = 64 * 1024;

  final int status;
  private final Map<String, String> headers;
  private final ReplyBody body;
  private final HttpConnection connection;

  HttpReply(int status, Map<String, String> headers, ReplyBody body, HttpConnection connection) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.connection = connection;
  }

  @Nullable String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  InputStream body() {
    return body;
  }

  HttpConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    try {
      if (!body.isFinished() && !(body instanceof ReplyBody.UntilClosed)) {
        byte[] waste = new byte[4096];
        int left = WORTH_DRAINING;
        while (left > 0 && !body.isFinished()) {
          int got = body.read(waste, 0, waste.length);
          if (got < 0) {
            break;
          }
          left -= got;
        }
      }
    } catch (IOException e) {
      // The connection is of no more use; it is ended below.
    }
    connection.finish(
        body.isFinished() && !"close".equalsIgnoreCase(headers.getOrDefault("connection", "")));
  }
}
