package blenderer.server.trust;

import blenderer.server.http.TlsIdentity;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Keys and certificates as PEM text. */
final class Pem {

  private Pem() {}

  static String write(TlsIdentity identity) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(new JcaPKCS8Generator(identity.key(), null));
      for (X509Certificate certificate : identity.chain()) {
        pem.writeObject(certificate);
      }
    }
    return text.toString();
  }

  /**
   * Reads one private key and the certificates, the key's own first.
   *
   * @param what names the file or files, for errors
   */
  static TlsIdentity read(String what, String text) {
    PrivateKey key = null;
    List<X509Certificate> chain = new ArrayList<>();
    try (PEMParser pem = new PEMParser(new StringReader(text))) {
      for (Object item = pem.readObject(); item != null; item = pem.readObject()) {
        switch (item) {
          case X509CertificateHolder holder ->
              chain.add(new JcaX509CertificateConverter().getCertificate(holder));
          case PrivateKeyInfo info -> key = new JcaPEMKeyConverter().getPrivateKey(info);
          case PEMKeyPair pair ->
              key = new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
          default -> {}
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new TrustException("cannot read " + what, e);
    }
    if (key == null || chain.isEmpty()) {
      throw new TrustException(
          what
              + " holds no "
              + (key == null ? "readable private key (it must not be encrypted)" : "certificate"));
    }
    if (!belongTogether(key, chain.getFirst())) {
      throw new TrustException("in " + what + " the private key is not that of the certificate");
    }
    return new TlsIdentity(key, chain);
  }

  /** The certificates of a text, in its order. */
  static List<X509Certificate> certificates(String what, String text) {
    List<X509Certificate> all = new ArrayList<>();
    try (PEMParser pem = new PEMParser(new StringReader(text))) {
      for (Object item = pem.readObject(); item != null; item = pem.readObject()) {
        if (item instanceof X509CertificateHolder holder) {
          all.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new TrustException("cannot read " + what, e);
    }
    if (all.isEmpty()) {
      throw new TrustException(what + " holds no certificate");
    }
    return all;
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
    String algorithm = key.getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    byte[] sample = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
