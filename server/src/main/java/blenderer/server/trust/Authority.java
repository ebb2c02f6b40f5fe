package blenderer.server.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The farm's authority as it is carried from one place to another: {@code DATA/tls/ca.pem}, its key
 * and its certificate. Whoever has it is the farm to every node.
 */
public final class Authority {

  private Authority() {}

  /** Where it lies in a data folder. */
  public static Path in(Path data) {
    return data.resolve("tls").resolve("ca.pem");
  }

  /** The text of the file; empty for a farm that has none, as with certificates of one's own. */
  public static Optional<String> read(Path data) {
    try {
      return Files.exists(in(data)) ? Optional.of(Files.readString(in(data))) : Optional.empty();
    } catch (IOException e) {
      throw new TrustException("cannot read " + in(data), e);
    }
  }

  /** Writes the file, if it is not there with this text. */
  public static void write(Path data, String pem) {
    if (read(data).equals(Optional.of(pem))) {
      return;
    }
    try {
      PrivateFiles.createFolder(data.resolve("tls"));
      PrivateFiles.write(in(data), pem);
    } catch (IOException e) {
      throw new TrustException("cannot write " + in(data), e);
    }
  }

  /** By what nodes know the farm. */
  public static String fingerprint(String pem) {
    return Certificates.fingerprint(Pem.read("the farm's authority", pem).chain().getLast());
  }

  /**
   * The same for a certificate of the administrator's own, with its chain; empty when that ends
   * before a root.
   */
  public static String fingerprintOfOwn(String pem) {
    X509Certificate last = Pem.certificates("the certificate", pem).getLast();
    boolean root = last.getIssuerX500Principal().equals(last.getSubjectX500Principal());
    return root ? Certificates.fingerprint(last) : "";
  }
}
