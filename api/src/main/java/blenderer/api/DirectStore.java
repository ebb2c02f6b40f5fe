package blenderer.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends and reads bytes at addresses that the server has signed. Trusts whom the server says, or
 * this computer; never shows the farm's key. Safe for many threads.
 */
final class DirectStore {

  private final Duration connectTimeout;
  private final Duration readTimeout;
  private volatile @Nullable Trusting trusting;

  DirectStore(Duration connectTimeout, Duration readTimeout) {
    this.connectTimeout = connectTimeout;
    this.readTimeout = readTimeout;
  }

  /** An answer of the store, which the caller closes. */
  record Answer(int status, InputStream body, String host, HttpURLConnection connection)
      implements BlobReply {

    @Override
    public UnreachableException lost(IOException e) {
      return away(host, e);
    }

    /** A body that was read to its end leaves the connection for the next one. */
    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        connection.disconnect();
      }
    }
  }

  private static UnreachableException away(String host, IOException e) {
    return new UnreachableException(
        "store-unreachable",
        "The store of the farm's files at " + host + " does not answer: " + e.getMessage() + ".",
        "Look whether this computer can reach it; the bytes do not go through the farm's server.",
        true,
        e);
  }

  private HttpURLConnection connect(String url, String method, @Nullable String authority)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    if (authority != null && connection instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(trusting(authority));
    }
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()));
    connection.setReadTimeout(Math.toIntExact(readTimeout.toMillis()));
    return connection;
  }

  /** One for all connections, so that they are kept and used again. */
  private SSLSocketFactory trusting(String authority) throws IOException {
    Trusting known = trusting;
    if (known == null || !known.authority().equals(authority)) {
      known = Trusting.in(authority);
      trusting = known;
    }
    return known.sockets();
  }

  private record Trusting(String authority, SSLSocketFactory sockets) {

    static Trusting in(String authority) throws IOException {
      try {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate one :
            CertificateFactory.getInstance("X.509")
                .generateCertificates(
                    new ByteArrayInputStream(authority.getBytes(StandardCharsets.UTF_8)))) {
          store.setCertificateEntry("ca" + number++, one);
        }
        TrustManagerFactory trust =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return new Trusting(authority, context.getSocketFactory());
      } catch (GeneralSecurityException e) {
        throw new IOException("the server's word on whom to trust cannot be read", e);
      }
    }
  }

  /**
   * Reads a blob or a range of it.
   *
   * @param authority as in {@link DirectTransfer.Address}
   * @param range the value of the header, null for the whole
   * @throws UnreachableException when the store does not answer, or with something else than bytes
   */
  BlobReply read(String url, @Nullable String authority, @Nullable String range) {
    String host = host(url);
    try {
      HttpURLConnection connection = connect(url, "GET", authority);
      if (range != null) {
        connection.setRequestProperty("Range", range);
      }
      int status = connection.getResponseCode();
      if (status == 200 || status == 206) {
        return new Answer(status, connection.getInputStream(), host, connection);
      }
      connection.disconnect();
      if (status == 416) {
        return new Answer(status, InputStream.nullInputStream(), host, connection);
      }
      throw away(host, new IOException("it answered with the HTTP status " + status));
    } catch (IOException e) {
      throw away(host, e);
    }
  }

  /**
   * Sends a part.
   *
   * @return false if the store says that these are not the bytes of the address
   * @throws UnreachableException when the store does not take it now
   */
  boolean send(DirectTransfer.Address to, HttpCall.Body part) {
    String host = host(to.url());
    try {
      HttpURLConnection connection = connect(to.url(), to.method(), to.authority());
      boolean taken = false;
      try {
        to.headers().forEach(connection::setRequestProperty);
        connection.setRequestProperty("Content-Type", "application/octet-stream");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(part.length());
        try (OutputStream out = connection.getOutputStream()) {
          StallWatch.write(part::writeTo, out, readTimeout, connection::disconnect);
        }
        int status = connection.getResponseCode();
        taken = status / 100 == 2;
        if (taken) {
          // Read to its end, so that the connection is kept for the next part.
          try (InputStream answer = connection.getInputStream()) {
            answer.transferTo(OutputStream.nullOutputStream());
          }
        } else if (status != 400) {
          throw away(host, new IOException("it answered with the HTTP status " + status));
        }
        return taken;
      } finally {
        if (!taken) {
          connection.disconnect();
        }
      }
    } catch (IOException e) {
      throw away(host, e);
    }
  }

  private static String host(String url) {
    URI uri = URI.create(url);
    return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }
}
