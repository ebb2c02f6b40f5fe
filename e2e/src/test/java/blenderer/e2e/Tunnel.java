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

/** A TCP tunnel on loopback that cuts every connection after so many bytes towards the server. */
final class Tunnel implements AutoCloseable {

  private final ServerSocket listener;
  private final int target;
  private final AtomicLong cutAfter = new AtomicLong(Long.MAX_VALUE);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  final AtomicInteger cuts = new AtomicInteger();

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

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> pump(client, server, true));
        Thread.ofVirtual().start(() -> pump(server, client, false));
      } catch (IOException e) {
        // Closed, or the server is away: the client sees a refused connection.
      }
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
    for (Socket socket : open) {
      socket.close();
    }
  }
}
