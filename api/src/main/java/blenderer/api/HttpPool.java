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
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one farm: several addresses tried in turn, idle connections kept for the next
 * request. A farm of several servers says where its leader listens: then that is tried first, and
 * connections kept elsewhere are ended. Safe for many threads; each reply's connection belongs to
 * one caller until closed.
 */
final class HttpPool implements AutoCloseable {

  private static final long KEEP_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int KEEP_MOST = 16;

  /** A call that may be repeated goes to so many servers before its caller hears of trouble. */
  private static final int MOST_SERVERS = 3;

  private final ServerAddresses addresses;
  private final ServerTrust trust;
  private final Duration connectTimeout;
  private final String authorization;
  private final Deque<HttpConnection> idle = new ArrayDeque<>();
  private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
  private final Set<HttpConnection> broken = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  HttpPool(ConnectionString server, Duration connectTimeout) {
    this.addresses = new ServerAddresses(server.addresses(), System::nanoTime);
    this.trust = new ServerTrust(server.fingerprint());
    this.connectTimeout = connectTimeout;
    this.authorization = "Bearer " + server.secret();
  }

  ServerAddresses addresses() {
    return addresses;
  }

  /**
   * Sends a request and reads the reply's head. A repeatable request takes a kept connection, and a
   * new one if the server had closed that; any other always gets a new one, since nobody could tell
   * whether the server saw it. A small repeatable one goes to the next server when the first breaks
   * off or thinks for long; the last one asked has all the time that the call gives it.
   *
   * @throws UnreachableException when no answer comes
   */
  HttpReply exchange(HttpCall call) {
    int servers =
        call.repeatable() && call.isSmall()
            ? Math.min(MOST_SERVERS, addresses.inOrder().size())
            : 1;
    for (int left = servers - 1; left > 0; left--) {
      try {
        return exchangeOnce(call.impatient());
      } catch (UnreachableException e) {
        if (!e.isOfOneServer()) {
          throw e;
        }
      }
    }
    return exchangeOnce(call);
  }

  private HttpReply exchangeOnce(HttpCall call) {
    HttpConnection kept = call.repeatable() ? takeIdle() : null;
    if (kept != null) {
      try {
        return sendOn(kept, call);
      } catch (HttpConnection.Stale e) {
        // Nothing is kept there any more: a new one.
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
      HttpReply reply = connection.send(call, authorization);
      hear(connection, reply);
      return reply;
    } catch (HttpConnection.Stale e) {
      giveBack(connection, false);
      dropIdle(connection.address());
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

  private void hear(HttpConnection connection, HttpReply reply) {
    if (reply.status == 503) {
      cannotNow(connection);
    }
    String leader = reply.header(ServerAddresses.LEADER);
    if (leader != null && addresses.leads(leader)) {
      endIdle(one -> !addresses.isRight(one.address()));
    }
  }

  /** The server there can do nothing at present: the next try is another's, if there is one. */
  void cannotNow(HttpConnection connection) {
    if (addresses.areSeveral()) {
      addresses.failed(connection.address());
      dropIdle(connection.address());
      doNotKeep(connection);
    }
  }

  /** What a break in the middle of a reply means to the caller. */
  UnreachableException lost(HttpConnection connection, IOException e) {
    if (closed || connection.wasAborted()) {
      return UnreachableException.cut(e);
    }
    addresses.failed(connection.address());
    if (e instanceof SocketTimeoutException) {
      // What is kept open to a silent computer would be as silent; whoever drains this, too.
      dropIdle(connection.address());
    }
    connection.closeRaw();
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

  private void dropIdle(ConnectionString.Address address) {
    endIdle(connection -> connection.address().equals(address));
  }

  private synchronized void endIdle(Predicate<HttpConnection> which) {
    idle.removeIf(
        connection -> {
          boolean ended = which.test(connection);
          if (ended) {
            open.remove(connection);
            connection.closeRaw();
          }
          return ended;
        });
  }

  /**
   * The server there is known to be silent: whoever waits for it on another connection shall not
   * find that out again, but hears of a break at once and can ask the next one.
   */
  void leave(ConnectionString.Address address) {
    dropIdle(address);
    for (HttpConnection connection : open) {
      if (connection.address().equals(address)) {
        connection.closeRaw();
      }
    }
  }

  void doNotKeep(HttpConnection connection) {
    broken.add(connection);
  }

  void giveBack(HttpConnection connection, boolean reusable) {
    boolean keep =
        !broken.remove(connection)
            && reusable
            && !closed
            && addresses.isRight(connection.address());
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
   * A new connection to the first address that answers, beginning with where the leader is, or the
   * one that did last.
   *
   * @throws UnreachableException naming every address and what is wrong there
   */
  HttpConnection connect() {
    List<ConnectionString.Address> all = addresses.inOrder();
    List<String> reasons = new ArrayList<>();
    UnreachableException refused = null;
    IOException last = null;
    for (ConnectionString.Address address : all) {
      if (closed) {
        throw UnreachableException.cut(new IOException("the client is closed"));
      }
      try {
        HttpConnection connection =
            HttpConnection.open(this, address, trust, all.size() > 1, connectTimeout);
        open.add(connection);
        if (closed) {
          giveBack(connection, false);
          throw UnreachableException.cut(new IOException("the client is closed"));
        }
        addresses.worked(address);
        return connection;
      } catch (SSLException e) {
        addresses.failed(address);
        if (hungUp(e)) {
          reasons.add(address + " (it hung up)");
        } else {
          refused = refused == null ? notTrusted(address, e) : refused;
          reasons.add(address + ": " + e.getMessage());
        }
        last = e;
      } catch (IOException e) {
        addresses.failed(address);
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
