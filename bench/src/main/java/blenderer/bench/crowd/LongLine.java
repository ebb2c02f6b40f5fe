package blenderer.bench.crowd;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** A TCP line on loopback on which every byte takes its time, as on a line to a distant place. */
final class LongLine implements AutoCloseable {

  private static final int CHUNK = 64 << 10;

  private final ServerSocket listener;
  private final int target;
  private final long nanosEachWay;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Bytes that arrived, and when they have to leave; none: the line ends. */
  private record Parcel(long due, byte[] bytes) {}

  /**
   * Opens the line.
   *
   * @param target a port on loopback
   */
  LongLine(int target, Duration eachWay) throws IOException {
    this.target = target;
    nanosEachWay = eachWay.toNanos();
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** Where the line begins. */
  int port() {
    return listener.getLocalPort();
  }

  /** Threads of their own: the simulated nodes keep those of the virtual ones busy. */
  private static void start(Runnable work) {
    Thread.ofPlatform().daemon().name("long-line").start(work);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void connect(Socket near) {
    open.add(near);
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(far);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      join(near, far);
      join(far, near);
    } catch (IOException e) {
      // Nobody listens there: whoever called sees a connection that ends.
      open.remove(near);
      close(near);
    }
  }

  private void join(Socket from, Socket to) {
    BlockingQueue<Parcel> onTheWay = new LinkedBlockingQueue<>();
    start(() -> take(from, onTheWay));
    start(() -> bring(onTheWay, to));
  }

  private void take(Socket from, BlockingQueue<Parcel> onTheWay) {
    byte[] buffer = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        byte[] bytes = Arrays.copyOf(buffer, n);
        onTheWay.add(new Parcel(System.nanoTime() + nanosEachWay, bytes));
      }
    } catch (IOException e) {
      // The same as its end.
    }
    onTheWay.add(new Parcel(System.nanoTime() + nanosEachWay, new byte[0]));
  }

  private void bring(BlockingQueue<Parcel> onTheWay, Socket to) {
    try (to) {
      OutputStream out = to.getOutputStream();
      while (true) {
        Parcel parcel = onTheWay.take();
        long left = parcel.due() - System.nanoTime();
        if (left > 0) {
          Thread.sleep(Duration.ofNanos(left));
        }
        if (parcel.bytes().length == 0) {
          return;
        }
        out.write(parcel.bytes());
      }
    } catch (IOException e) {
      // The other side is gone; so is this one.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(to);
    }
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }

  @Override
  public void close() {
    close(listener);
    open.forEach(LongLine::close);
  }
}
