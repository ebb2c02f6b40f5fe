package blenderer.server.trust;

import blenderer.model.Digest;
import blenderer.server.http.TlsIdentity;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates: EC P-256, signed with SHA-256. Holds no state. */
public final class Certificates {

  /** A key and its certificate. */
  public record Signer(PrivateKey key, X509Certificate certificate) {}

  private static final X500Name CA_NAME = new X500Name("CN=Blenderer farm CA");
  private static final X500Name SERVER_NAME = new X500Name("CN=Blenderer server");
  private static final Duration CA_LIFE = Duration.ofDays(20 * 365L);
  private static final Duration CLOCKS_DIFFER_BY = Duration.ofDays(1);
  private static final ExtendedKeyUsage SERVERS_ONLY =
      new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth);

  private Certificates() {}

  /** A new authority that can sign server certificates and nothing else. */
  public static Signer newAuthority(Instant now) {
    KeyPair pair = newPair();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              CA_NAME,
              serial(),
              Date.from(now.minus(CLOCKS_DIFFER_BY)),
              Date.from(now.plus(CA_LIFE)),
              CA_NAME,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(Extension.extendedKeyUsage, false, SERVERS_ONLY);
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(pair.getPublic()));
      return new Signer(pair.getPrivate(), sign(builder, pair.getPrivate()));
    } catch (GeneralSecurityException | CertIOException e) {
      throw new TrustException("cannot make a certificate authority", e);
    }
  }

  /**
   * A new key and certificate for the server, with the authority's certificate behind it.
   *
   * @param names host names and IP addresses under which peers call it
   */
  public static TlsIdentity newServer(
      Signer authority, Collection<String> names, Instant now, Duration life) {
    KeyPair pair = newPair();
    Duration skew = life.dividedBy(10);
    Instant from = now.minus(skew.compareTo(CLOCKS_DIFFER_BY) < 0 ? skew : CLOCKS_DIFFER_BY);
    return new TlsIdentity(
        pair.getPrivate(),
        List.of(
            serverCertificate(authority, pair.getPublic(), names, from, now.plus(life)),
            authority.certificate()));
  }

  private static X509Certificate serverCertificate(
      Signer authority, PublicKey key, Collection<String> names, Instant from, Instant to) {
    GeneralName[] subjects = names.stream().map(Certificates::name).toArray(GeneralName[]::new);
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            CA_NAME, serial(), Date.from(from), Date.from(to), SERVER_NAME, key);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, SERVERS_ONLY);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(subjects));
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
      return sign(builder, authority.key());
    } catch (GeneralSecurityException | CertIOException e) {
      throw new TrustException("cannot make a server certificate", e);
    }
  }

  private static GeneralName name(String name) {
    return new GeneralName(
        Names.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  /** The host names and addresses that {@code certificate} stands for. */
  public static Set<String> names(X509Certificate certificate) {
    Set<String> names = new HashSet<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> one : all) {
          names.add(one.get(1).toString());
        }
      }
    } catch (CertificateParsingException e) {
      throw new TrustException("cannot read a certificate's names", e);
    }
    return names;
  }

  /** Whether two thirds of the life of {@code certificate} are over. */
  public static boolean isDue(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant to = certificate.getNotAfter().toInstant();
    return !now.isBefore(from.plus(Duration.between(from, to).multipliedBy(2).dividedBy(3)));
  }

  /** SHA-256 of the certificate's DER, base64url without padding. */
  public static String fingerprint(X509Certificate certificate) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Digest.newHasher().digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new TrustException("cannot read a certificate", e);
    }
  }

  private static KeyPair newPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  private static BigInteger serial() {
    return new BigInteger(126, new SecureRandom()).add(BigInteger.ONE);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
