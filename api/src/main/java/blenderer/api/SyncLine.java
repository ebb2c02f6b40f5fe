package blenderer.api;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A node's own connection for {@code POST /v1/node/sync}, kept from call to call. One thread calls
 * {@link #sync}; any thread may {@link #cut} or {@link #close}.
 */
public final class SyncLine implements AutoCloseable {

  private static final HttpCall.Header JSON =
      new HttpCall.Header("Content-Type", "application/json");
  private static final HttpCall.Header PULSE = new HttpCall.Header(Pulse.HEADER, Pulse.YES);

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
   * timeout at most; a server that lets hear from it meanwhile is given up as soon as it falls
   * silent. Tried once: the caller repeats with its newest state, which goes to another server if
   * this one failed.
   *
   * @throws UnreachableException when there is no answer; {@code cut} when another thread cut it
   * @throws ApiException when the server refuses
   */
  public NodeSync.Answer sync(NodeSync.Request request) {
    byte[] body = FarmHttp.toBytes(request);
    for (boolean again = false; ; again = true) {
      HttpConnection line = line();
      try (HttpReply reply = http.pool().sendOn(line, call(line, request, body))) {
        return read(line, reply);
      } catch (HttpConnection.Stale e) {
        if (again) {
          throw UnreachableException.lost(line.address(), e);
        }
      } catch (UnreachableException e) {
        if (e.isSilence() && listens(line)) {
          http.pool().leave(line.address());
        }
        throw e;
      } finally {
        forget(line);
      }
    }
  }

  private HttpCall call(HttpConnection line, NodeSync.Request request, byte[] body) {
    boolean pulse = asksForPulse();
    Duration park = Duration.ofMillis(request.parkMillis());
    HttpCall call =
        new HttpCall(
            "POST",
            "/v1/node/sync",
            pulse ? List.of(JSON, PULSE) : List.of(JSON),
            HttpCall.Body.of(body),
            readTimeout.plus(park),
            true);
    return listens(line) ? call.withHeadTimeout(Pulse.SILENCE) : call;
  }

  private boolean asksForPulse() {
    // With one server there is nowhere to go, and nothing to be gained by knowing early.
    return http.pool().addresses().areSeveral();
  }

  /** Whether the server there is known to let hear from it while a call waits. */
  private boolean listens(HttpConnection line) {
    return asksForPulse() && http.pool().addresses().isPulsing(line.address());
  }

  private NodeSync.Answer read(HttpConnection line, HttpReply reply) {
    NodeSync.Answer answer;
    if (reply.header(PULSE.name().toLowerCase(Locale.ROOT)) == null) {
      answer = http.read(reply, NodeSync.Answer.class);
    } else {
      http.pool().addresses().pulses(line.address());
      answer = pulsed(line, reply);
    }
    List<String> servers = answer.servers();
    if (servers != null) {
      http.pool().addresses().heard(servers);
    }
    return answer;
  }

  private NodeSync.Answer pulsed(HttpConnection line, HttpReply reply) {
    http.failIfProblem(reply);
    try {
      line.mostSilence(Pulse.SILENCE);
    } catch (IOException e) {
      throw http.pool().lost(line, e);
    }
    return http.readPulsed(reply, NodeSync.Answer.class);
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
