package blenderer.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP tunnel on loopback, and what happens to lines: connections are cut, at once or after so
 * many bytes towards the server; bytes crawl, or stop in one direction or both without a word.
 */
final class Tunnel implements AutoCloseable {

  /** How the line is. */
  enum State {
    GOOD,
    /** {@link #CRAWL} bytes a second. */
    SLOW,
    /** What the server says does not arrive. */
    HALF_OPEN,
    /** Nothing arrives, and nobody is told. */
    DOWN
  }

  private static final int CRAWL = 30_000;

  private final ServerSocket listener;
  private final int target;
  private final AtomicLong cutAfter = new AtomicLong(Long.MAX_VALUE);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  final AtomicInteger cuts = new AtomicInteger();

  /** What went through, both ways together. */
  final AtomicLong bytes = new AtomicLong();

  private volatile State state = State.GOOD;

  Tunnel(int target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on each connection is cut when it has sent this many bytes to the server. */
  void cutAfter(long bytes) {
    cutAfter.set(bytes);
  }

  void become(State now) {
    state = now;
  }

  /** Every connection of now ends at once. */
  void cut() {
    open.forEach(Tunnel::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void connect(Socket client) {
    try {
      awaitPassage(true);
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(server);
      Thread.ofVirtual().start(() -> pump(client, server, true));
      Thread.ofVirtual().start(() -> pump(server, client, false));
    } catch (IOException e) {
      // The server is away: the client sees a connection that ends.
      open.remove(client);
      close(client);
    }
  }

  private void awaitPassage(boolean towardsServer) {
    while (state == State.DOWN || (state == State.HALF_OPEN && !towardsServer)) {
      if (listener.isClosed()) {
        return;
      }
      pause(20);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }

  private void pump(Socket from, Socket to, boolean towardsServer) {
    byte[] buffer = new byte[16_384];
    long sent = 0;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sent += n;
        if (towardsServer && sent > cutAfter.get()) {
          cuts.incrementAndGet();
          return;
        }
        awaitPassage(towardsServer);
        if (state == State.SLOW) {
          pause(n * 1000L / CRAWL);
        }
        bytes.addAndGet(n);
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // The other side is gone; so is this one.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
