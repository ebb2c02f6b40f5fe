package blenderer.server.trust;

import blenderer.server.http.TlsIdentity;
import blenderer.server.trust.Certificates.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the server's TLS identity fresh, in {@code DATA/tls/ca.pem} and {@code server.pem} (key,
 * then chain), or in two files of the administrator's own.
 */
public final class TlsKeeper {

  /** How long a server certificate of the farm's own authority lives. */
  public static final Duration LIFE = Duration.ofDays(90);

  /** An administrator's certificate and key, PEM. */
  public record OwnFiles(Path certificate, Path key) {}

  private static final Logger LOG = LoggerFactory.getLogger(TlsKeeper.class);

  private final Path folder;
  private final List<String> names;
  private final Duration life;
  private final Optional<OwnFiles> own;
  private final UnaryOperator<String> farms;
  private String ownText = "";
  private TlsIdentity current;
  private String fingerprint = "";

  private TlsKeeper(
      Path data,
      List<String> names,
      Duration life,
      Optional<OwnFiles> own,
      UnaryOperator<String> farms,
      Instant now) {
    this.farms = farms;
    folder = data.resolve("tls");
    this.names = names;
    this.life = life;
    this.own = own;
    current = own.isPresent() ? readOwn(own.get()) : readOrMake(now);
  }

  /**
   * Reads what is there and makes what is missing.
   *
   * @param names under which peers call the server
   * @param life of a server certificate; {@link #LIFE} save in tests
   * @param farms given the text of an authority (key and certificate, PEM) tells the one of the
   *     farm, which is the same unless other servers have one already
   * @throws TrustException when files cannot be read or written
   */
  public static TlsKeeper open(
      Path data,
      List<String> names,
      Duration life,
      Optional<OwnFiles> own,
      UnaryOperator<String> farms,
      Instant now) {
    return new TlsKeeper(data, names, life, own, farms, now);
  }

  /** What to show to peers. */
  public synchronized TlsIdentity identity() {
    return current;
  }

  /**
   * The fingerprint of the authority at the end of the chain. Empty for an administrator's
   * certificate whose files end before a root: peers then trust what their system trusts.
   */
  public synchronized String fingerprint() {
    return fingerprint;
  }

  /** Until when the present certificate is valid, epoch milliseconds. */
  public synchronized long validUntil() {
    return current.chain().getFirst().getNotAfter().getTime();
  }

  /** The DER of the farm's own authority; empty for an administrator's certificate. */
  public synchronized Optional<byte[]> authority() {
    if (own.isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(current.chain().getLast().getEncoded());
    } catch (CertificateEncodingException e) {
      throw new TrustException("cannot write " + authorityFile(), e);
    }
  }

  /**
   * Renews the certificate if it is due, or reads the administrator's files if they changed. Keeps
   * the present one, and says so in the log, when that does not work.
   *
   * @return the new identity, if there is one
   */
  public synchronized Optional<TlsIdentity> check(Instant now) {
    try {
      if (own.isPresent()) {
        String before = ownText;
        TlsIdentity read = readOwn(own.get());
        if (before.equals(ownText)) {
          return Optional.empty();
        }
        LOG.info("read the changed certificate {}", own.get().certificate());
        current = read;
        return Optional.of(read);
      }
      if (!Certificates.isDue(current.chain().getFirst(), now)) {
        return Optional.empty();
      }
      current = renew(readAuthority(), now);
      LOG.info("renewed the server certificate");
      return Optional.of(current);
    } catch (TrustException e) {
      LOG.error("the server certificate stays as it is: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private TlsIdentity readOwn(OwnFiles files) {
    String what = files.certificate() + " and " + files.key();
    try {
      String text = Files.readString(files.certificate()) + '\n' + Files.readString(files.key());
      TlsIdentity identity = Pem.read(what, text);
      X509Certificate last = identity.chain().getLast();
      boolean root = last.getIssuerX500Principal().equals(last.getSubjectX500Principal());
      fingerprint = root ? Certificates.fingerprint(last) : "";
      ownText = text;
      return identity;
    } catch (IOException e) {
      throw new TrustException("cannot read " + what, e);
    }
  }

  private TlsIdentity readOrMake(Instant now) {
    Signer authority;
    try {
      PrivateFiles.createFolder(folder);
      if (Files.exists(authorityFile())) {
        String mine = read(authorityFile());
        if (!farms.apply(mine).strip().equals(mine.strip())) {
          throw new TrustException(
              "The folder "
                  + folder.getParent()
                  + " belongs to another farm than the database: its certificate authority is"
                  + " another one. Give this server an empty folder.");
        }
      } else {
        Signer made = Certificates.newAuthority(now);
        String text = Pem.write(new TlsIdentity(made.key(), List.of(made.certificate())));
        PrivateFiles.write(authorityFile(), farms.apply(text));
      }
      authority = readAuthority();
    } catch (IOException e) {
      throw new TrustException("cannot write " + authorityFile(), e);
    }
    fingerprint = Certificates.fingerprint(authority.certificate());
    if (Files.exists(serverFile())) {
      TlsIdentity there = Pem.read(serverFile().toString(), read(serverFile()));
      boolean mine = there.chain().getLast().equals(authority.certificate());
      boolean namesAll = Certificates.names(there.chain().getFirst()).containsAll(names);
      if (mine && namesAll && !Certificates.isDue(there.chain().getFirst(), now)) {
        return there;
      }
    }
    return renew(authority, now);
  }

  private Signer readAuthority() {
    TlsIdentity pair = Pem.read(authorityFile().toString(), read(authorityFile()));
    return new Signer(pair.key(), pair.chain().getFirst());
  }

  private TlsIdentity renew(Signer authority, Instant now) {
    TlsIdentity identity = Certificates.newServer(authority, names, now, life);
    try {
      PrivateFiles.write(serverFile(), Pem.write(identity));
    } catch (IOException e) {
      throw new TrustException("cannot write " + serverFile(), e);
    }
    return identity;
  }

  private Path authorityFile() {
    return folder.resolve("ca.pem");
  }

  private Path serverFile() {
    return folder.resolve("server.pem");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new TrustException("cannot read " + file, e);
    }
  }
}
