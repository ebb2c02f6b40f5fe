package blenderer.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A TLS server on loopback whose every byte a test decides: one script for each connection. */
final class ScriptedServer implements AutoCloseable {

  /** Plays the server's part on one connection, counted from 0; returning ends the connection. */
  @FunctionalInterface
  interface Script {
    void play(int connection, Peer peer) throws IOException;
  }

  /** What the client sent. */
  @SuppressWarnings("ArrayRecordComponent")
  record Request(String method, String target, Map<String, String> headers, byte[] body) {}

  /** The client's end, as the server sees it. */
  record Peer(InputStream in, OutputStream out, List<Request> log) {

    Request read() throws IOException {
      String[] first = line().split(" ", 3);
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
      int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
      Request request = new Request(first[0], first[1], headers, in.readNBytes(length));
      log.add(request);
      return request;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the client is gone");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    void reply(int status, String type, byte[] body) throws IOException {
      write(
          "HTTP/1.1 %d x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(status, type, body.length));
      out.write(body);
      out.flush();
    }

    void json(String body) throws IOException {
      reply(200, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final SSLServerSocket socket;
  private final Thread acceptor;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  ScriptedServer(SSLContext context, Script script) {
    try {
      socket =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    acceptor =
        Thread.startVirtualThread(
            () -> {
              while (!socket.isClosed()) {
                try {
                  Socket peer = socket.accept();
                  open.add(peer);
                  int number = connections.getAndIncrement();
                  Thread.startVirtualThread(() -> play(script, number, peer));
                } catch (IOException e) {
                  return;
                }
              }
            });
  }

  private void play(Script script, int number, Socket peer) {
    try (peer) {
      script.play(number, new Peer(peer.getInputStream(), peer.getOutputStream(), requests));
    } catch (IOException e) {
      // The client went away: many scripts end so.
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  /** A connection string for this server with the given fingerprint. */
  ConnectionString connection(String fingerprint) {
    return new ConnectionString(
        List.of(new ConnectionString.Address("127.0.0.1", port())), fingerprint, Secrets.newKey());
  }

  @Override
  public void close() throws IOException {
    socket.close();
    try {
      // An accept that is under way may still succeed, until it is seen that the socket is closed.
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket peer : open) {
      peer.close();
    }
  }
}
