package blenderer.api;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's own connection for {@code POST /v1/node/sync}, kept from call to call. One thread calls
 * {@link #sync}; any thread may {@link #cut} or {@link #close}.
 */
public final class SyncLine implements AutoCloseable {

  private final FarmHttp http;
  private final Duration readTimeout;
  private final Object lock = new Object();
  private @Nullable HttpConnection connection;
  private long cuts;
  private boolean closed;

  SyncLine(FarmHttp http, Duration readTimeout) {
    this.http = http;
    this.readTimeout = readTimeout;
  }

  /**
   * Sends the node's state and waits for the wanted one, for the request's park time and the read
   * timeout at most. Tried once: the caller repeats with its newest state.
   *
   * @throws UnreachableException when there is no answer; {@code cut} when another thread cut it
   * @throws ApiException when the server refuses
   */
  public NodeSync.Answer sync(NodeSync.Request request) {
    HttpCall call =
        new HttpCall(
            "POST",
            "/v1/node/sync",
            List.of(new HttpCall.Header("Content-Type", "application/json")),
            HttpCall.Body.of(FarmHttp.toBytes(request)),
            readTimeout.plusMillis(request.parkMillis()),
            true);
    for (boolean again = false; ; again = true) {
      HttpConnection line = line();
      try (HttpReply reply = http.pool().sendOn(line, call)) {
        return http.read(reply, NodeSync.Answer.class);
      } catch (HttpConnection.Stale e) {
        if (again) {
          throw UnreachableException.lost(line.address(), e);
        }
      } finally {
        forget(line);
      }
    }
  }

  /** The kept connection or a new one. */
  private HttpConnection line() {
    long before;
    synchronized (lock) {
      before = cuts;
      if (closed) {
        throw UnreachableException.cut(new IllegalStateException("the line is closed"));
      }
    }
    HttpConnection line = http.pool().takeOrConnect();
    synchronized (lock) {
      if (closed || cuts != before) {
        line.abort();
        http.pool().giveBack(line, false);
        throw UnreachableException.cut(new IllegalStateException("cut while connecting"));
      }
      connection = line;
      return line;
    }
  }

  private void forget(HttpConnection line) {
    synchronized (lock) {
      if (connection == line) {
        connection = null;
      }
    }
  }

  /** Ends the call under way, if there is one; the next {@link #sync} connects anew. */
  public void cut() {
    synchronized (lock) {
      cuts++;
      if (connection != null) {
        connection.abort();
      }
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      cut();
    }
  }
}
