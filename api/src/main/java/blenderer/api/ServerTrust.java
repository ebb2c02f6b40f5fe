package blenderer.api;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom the client takes for the server. With a fingerprint: whoever shows a chain of certificates
 * that leads to a CA certificate of that fingerprint, under whatever host name. Without: whom the
 * system trusts, under the right host name.
 */
public final class ServerTrust {

  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

  private final SSLContext context;
  private final boolean checkHostName;

  /**
   * Whom that fingerprint stands for.
   *
   * @param fingerprint as in {@link ConnectionString}
   */
  public ServerTrust(String fingerprint) {
    this.checkHostName = fingerprint.isEmpty();
    try {
      if (checkHostName) {
        context = SSLContext.getDefault();
      } else {
        context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Pinned(fingerprint)}, null);
      }
    } catch (NoSuchAlgorithmException | KeyManagementException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /** For whoever makes connections of its own. */
  public SSLContext context() {
    return context;
  }

  /** Puts TLS on a connected socket; the handshake is left to the caller. */
  SSLSocket wrap(Socket raw, String host, int port) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    if (checkHostName) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  /** The server's certificates do not lead to the CA of the fingerprint. */
  static final class WrongFingerprint extends CertificateException {
    WrongFingerprint(String message) {
      super(message);
    }
  }

  /** The server is the right one, but its certificate is not valid now. */
  static final class NotValidNow extends CertificateException {
    NotValidNow(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static final class Pinned extends X509ExtendedTrustManager {
    private final String fingerprint;

    Pinned(String fingerprint) {
      this.fingerprint = fingerprint;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      int at = 0;
      while (at < chain.length
          && !ConnectionString.fingerprintOf(chain[at].getEncoded()).equals(fingerprint)) {
        at++;
      }
      if (at == chain.length) {
        throw new WrongFingerprint("no certificate of the chain has the fingerprint");
      }
      X509Certificate ca = chain[at];
      if (ca.getBasicConstraints() < 0 || at == 0) {
        throw new WrongFingerprint("the fingerprint is not one of a certificate authority");
      }
      List<String> purposes = chain[0].getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(SERVER_AUTHENTICATION)) {
        throw new WrongFingerprint("the certificate is not one of a server");
      }
      try {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca, null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
            .validate(
                CertificateFactory.getInstance("X.509")
                    .generateCertPath(Arrays.asList(chain).subList(0, at)),
                parameters);
        ca.checkValidity();
      } catch (CertPathValidatorException e) {
        if (e.getReason() == BasicReason.EXPIRED || e.getReason() == BasicReason.NOT_YET_VALID) {
          throw new NotValidNow(e);
        }
        throw new WrongFingerprint("the chain does not lead to the CA: " + e.getMessage());
      } catch (CertificateException e) {
        throw new NotValidNow(e);
      } catch (GeneralSecurityException e) {
        throw new CertificateException(e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("a client trusts no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("a client trusts no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("a client trusts no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
