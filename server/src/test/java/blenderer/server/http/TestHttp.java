package blenderer.server.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection over TLS that does just what a test says. */
public final class TestHttp implements AutoCloseable {

  /** An answer, its header names in lower case. */
  public static final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    /** An answer that nobody gave. */
    public static Answer of(int status, Map<String, String> headers, byte[] body) {
      return new Answer(status, headers, body);
    }

    private Answer(int status, Map<String, String> headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    public int status() {
      return status;
    }

    public byte[] body() {
      return body;
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    public Map<String, String> headers() {
      return headers;
    }

    @Override
    public String toString() {
      return status + " " + text();
    }
  }

  private final Socket plain;
  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;

  private TestHttp(Socket plain, SSLSocket socket) throws IOException {
    this.plain = plain;
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  private static final Map<X509Certificate, SSLContext> CONTEXTS = new HashMap<>();

  private static synchronized SSLContext trusting(X509Certificate authority) {
    return CONTEXTS.computeIfAbsent(
        authority,
        _ -> {
          try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("ca", authority);
            TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            // Resumed sessions would hide a new certificate.
            context.getClientSessionContext().setSessionCacheSize(1);
            context.getClientSessionContext().setSessionTimeout(1);
            return context;
          } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** Connects to this computer, trusting {@code authority} and checking the name. */
  public static TestHttp connect(int port, X509Certificate authority) throws IOException {
    Socket plain = new Socket();
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20_000);
    plain.setSoTimeout(40_000);
    SSLSocket tls =
        (SSLSocket)
            trusting(authority).getSocketFactory().createSocket(plain, "localhost", port, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    try {
      tls.startHandshake();
    } catch (IOException e) {
      tls.close();
      throw e;
    }
    return new TestHttp(plain, tls);
  }

  public Certificate certificate() throws IOException {
    return socket.getSession().getPeerCertificates()[0];
  }

  public Certificate[] chain() throws IOException {
    return socket.getSession().getPeerCertificates();
  }

  public Answer get(String path) throws IOException {
    return request("GET", path, Map.of(), null);
  }

  public Answer post(String path, String json) throws IOException {
    return request("POST", path, Map.of(), json.getBytes(StandardCharsets.UTF_8));
  }

  public Answer request(
      String method, String path, Map<String, String> headers, byte @Nullable [] body)
      throws IOException {
    send(method, path, headers, body);
    return read(method.equals("HEAD"));
  }

  public void send(String method, String path, Map<String, String> headers, byte @Nullable [] body)
      throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body != null) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    if (body != null) {
      out.write(body);
    }
    out.flush();
  }

  public void write(String raw) throws IOException {
    out.write(raw.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  public int readSome(int count) throws IOException {
    return in.readNBytes(count).length;
  }

  /** One line without its end. */
  public String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  public Answer read(boolean head) throws IOException {
    int status = Integer.parseInt(readLine().substring(9, 12));
    Map<String, String> headers = new HashMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    byte[] body = new byte[0];
    if (head || status == 204) {
      return new Answer(status, headers, body);
    }
    if (headers.containsKey("content-length")) {
      body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
    } else if ("chunked".equals(headers.get("transfer-encoding"))) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
        whole.writeBytes(chunk);
      }
      body = whole.toByteArray();
    }
    return new Answer(status, headers, body);
  }

  /** One chunk of a chunked answer; empty at its end. */
  public byte[] chunk() throws IOException {
    byte[] chunk = in.readNBytes(Integer.parseInt(readLine(), 16));
    readLine();
    return chunk;
  }

  /** Cuts the connection; a TLS goodbye would wait for the server's. */
  @Override
  public void close() throws IOException {
    plain.close();
  }
}
