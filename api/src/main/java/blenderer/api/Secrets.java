package blenderer.api;

import blenderer.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes and hashes the secrets that invites and keys are. */
public final class Secrets {

  /** How the secret of an invite begins. */
  public static final String INVITE_PREFIX = "bli_";

  /** How the secret of a key begins. */
  public static final String KEY_PREFIX = "blk_";

  /** How the secret of a link for a browser begins. */
  public static final String LINK_PREFIX = "bls_";

  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** A new key: {@code blk_} and 256 random bits in base64url without padding. */
  public static String newKey() {
    return KEY_PREFIX + random();
  }

  /** A new invite: {@code bli_} and 256 random bits in base64url without padding. */
  public static String newInvite() {
    return INVITE_PREFIX + random();
  }

  /** A new link for a browser: {@code bls_} and 256 random bits in base64url without padding. */
  public static String newLink() {
    return LINK_PREFIX + random();
  }

  /** What a browser shows: 256 random bits in base64url without padding. */
  public static String newToken() {
    return random();
  }

  /** What is stored and sent in place of a secret: its SHA-256, 64 lower-case hex digits. */
  public static String hash(String secret) {
    return Digest.of(secret.getBytes(StandardCharsets.US_ASCII)).hex();
  }

  private static String random() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }
}
