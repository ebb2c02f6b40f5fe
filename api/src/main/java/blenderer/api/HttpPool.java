package blenderer.api;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one farm: several addresses tried in turn, idle connections kept for the next
 * request. Safe for many threads; each reply's connection belongs to one caller until closed.
 */
final class HttpPool implements AutoCloseable {

  private static final long KEEP_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int KEEP_MOST = 16;

  private final ConnectionString server;
  private final ServerTrust trust;
  private final Duration connectTimeout;
  private final String authorization;
  private final Deque<HttpConnection> idle = new ArrayDeque<>();
  private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
  private final Set<HttpConnection> broken = ConcurrentHashMap.newKeySet();
  private volatile int lastGood;
  private volatile boolean closed;

  HttpPool(ConnectionString server, Duration connectTimeout) {
    this.server = server;
    this.trust = new ServerTrust(server.fingerprint());
    this.connectTimeout = connectTimeout;
    this.authorization = "Bearer " + server.secret();
  }

  /**
   * Sends a request and reads the reply's head. A repeatable request takes a kept connection, and a
   * new one if the server had closed that; any other always gets a new one, since nobody could tell
   * whether the server saw it.
   *
   * @throws UnreachableException when no answer comes
   */
  HttpReply exchange(HttpCall call) {
    HttpConnection kept = call.repeatable() ? takeIdle() : null;
    if (kept != null) {
      try {
        return sendOn(kept, call);
      } catch (HttpConnection.Stale e) {
        dropIdle();
      }
    }
    HttpConnection fresh = connect();
    try {
      return sendOn(fresh, call);
    } catch (HttpConnection.Stale e) {
      throw UnreachableException.lost(fresh.address(), e);
    }
  }

  /** A kept connection or a new one, for a caller that wants to be able to abort it. */
  HttpConnection takeOrConnect() {
    HttpConnection kept = takeIdle();
    return kept != null ? kept : connect();
  }

  /** Sends a request on a connection that the caller owns. */
  HttpReply sendOn(HttpConnection connection, HttpCall call) throws HttpConnection.Stale {
    try {
      return connection.send(call, authorization);
    } catch (HttpConnection.Stale e) {
      giveBack(connection, false);
      throw e;
    } catch (IOException e) {
      giveBack(connection, false);
      throw lost(connection, e);
    } catch (RuntimeException e) {
      // The source of a body failed in the middle: the connection cannot carry anything more.
      giveBack(connection, false);
      throw e;
    }
  }

  /** What a break in the middle of a reply means to the caller. */
  UnreachableException lost(HttpConnection connection, IOException e) {
    if (closed || connection.wasAborted()) {
      return UnreachableException.cut(e);
    }
    return e instanceof SocketTimeoutException
        ? UnreachableException.timeout(connection.address(), e)
        : UnreachableException.lost(connection.address(), e);
  }

  private synchronized @Nullable HttpConnection takeIdle() {
    long now = System.nanoTime();
    while (true) {
      HttpConnection connection = idle.pollLast();
      if (connection == null) {
        return null;
      }
      if (!closed && now - connection.idleSince < KEEP_NANOS) {
        return connection;
      }
      open.remove(connection);
      connection.closeIdle();
    }
  }

  private synchronized void dropIdle() {
    for (HttpConnection connection : idle) {
      open.remove(connection);
      connection.closeRaw();
    }
    idle.clear();
  }

  void doNotKeep(HttpConnection connection) {
    broken.add(connection);
  }

  void giveBack(HttpConnection connection, boolean reusable) {
    boolean keep = !broken.remove(connection) && reusable && !closed;
    if (keep) {
      synchronized (this) {
        if (idle.size() < KEEP_MOST && !closed) {
          connection.idleSince = System.nanoTime();
          idle.addLast(connection);
          return;
        }
      }
    }
    open.remove(connection);
    connection.closeRaw();
  }

  /**
   * A new connection to the first address that answers, beginning with the one that did last.
   *
   * @throws UnreachableException naming every address and what is wrong there
   */
  HttpConnection connect() {
    List<ConnectionString.Address> addresses = server.addresses();
    List<String> reasons = new ArrayList<>();
    UnreachableException refused = null;
    IOException last = null;
    int start = lastGood;
    for (int i = 0; i < addresses.size(); i++) {
      int which = (start + i) % addresses.size();
      ConnectionString.Address address = addresses.get(which);
      if (closed) {
        throw UnreachableException.cut(new IOException("the client is closed"));
      }
      try {
        HttpConnection connection = HttpConnection.open(this, address, trust, connectTimeout);
        open.add(connection);
        if (closed) {
          giveBack(connection, false);
          throw UnreachableException.cut(new IOException("the client is closed"));
        }
        lastGood = which;
        return connection;
      } catch (SSLException e) {
        if (hungUp(e)) {
          reasons.add(address + " (it hung up)");
        } else {
          refused = refused == null ? notTrusted(address, e) : refused;
          reasons.add(address + ": " + e.getMessage());
        }
        last = e;
      } catch (IOException e) {
        reasons.add(address + " (" + reason(e) + ")");
        last = e;
      }
    }
    if (refused != null) {
      throw refused;
    }
    throw new UnreachableException(
        "unreachable",
        "No server answers at " + String.join(" or ", reasons) + ".",
        "Look whether the server runs, whether the address is right, and whether a firewall blocks"
            + " the port.",
        true,
        last == null ? new IOException("no address") : last);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case UnknownHostException _ -> "no computer of that name is known";
      case SocketTimeoutException _ -> "no answer in time";
      case NoRouteToHostException _ -> "no way there";
      case ConnectException _ -> "connection refused";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  /** Whether the other side ended the connection before it said anything wrong. */
  private static boolean hungUp(SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException || cause instanceof SocketException) {
        return true;
      }
    }
    return false;
  }

  private UnreachableException notTrusted(ConnectionString.Address address, SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServerTrust.WrongFingerprint) {
        return new UnreachableException(
            "wrong-fingerprint",
            "The server at "
                + address
                + " is not the one of the connection string: its certificate authority has another"
                + " fingerprint.",
            "Ask for a new connection string if the server was set up anew; otherwise somebody may"
                + " be in between.",
            false,
            e);
      }
      if (cause instanceof ServerTrust.NotValidNow) {
        return new UnreachableException(
            "certificate-time",
            "The certificate of the server at "
                + address
                + " is not valid at this computer's time, "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                + ".",
            "Set the clocks of this computer and of the server right.",
            false,
            e);
      }
      if (cause instanceof CertificateException || cause instanceof CertPathBuilderException) {
        return new UnreachableException(
            "certificate-refused",
            "This computer does not trust the certificate of the server at " + address + ".",
            "Use a connection string with a fingerprint, or install the certificate authority of"
                + " the server on this computer.",
            false,
            e);
      }
    }
    return new UnreachableException(
        "not-tls",
        "What answers at " + address + " does not speak TLS as a Blenderer server does.",
        "Look whether the address and the port are those of the server.",
        true,
        e);
  }

  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      for (HttpConnection connection : idle) {
        open.remove(connection);
        connection.closeIdle();
      }
      idle.clear();
    }
    for (HttpConnection connection : open) {
      connection.abort();
    }
  }
}
