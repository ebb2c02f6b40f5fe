package blenderer.s3;

import blenderer.cas.CasException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who vouches for the store, where it is no authority that every computer knows.
 *
 * @param pem its certificates as text
 * @param trust takes these and no others
 */
record Authority(String pem, TrustManager[] trust) {

  /**
   * Reads a file of certificates.
   *
   * @throws CasException when it is none
   */
  static Authority read(Path file) {
    try {
      String pem = Files.readString(file, StandardCharsets.UTF_8);
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
      if (all.isEmpty()) {
        throw new CasException("There is no certificate in '" + file + "' (ca=FILE).");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate one : all) {
        store.setCertificateEntry("ca" + number++, one);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return new Authority(pem, factory.getTrustManagers());
    } catch (IOException e) {
      throw new CasException("The file of certificates '" + file + "' cannot be read", e);
    } catch (GeneralSecurityException e) {
      throw new CasException(
          "'" + file + "' (ca=FILE) is no file of certificates in PEM: " + e.getMessage());
    }
  }
}
