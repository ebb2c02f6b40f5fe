package blenderer.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a blob: the SHA-256 of its bytes.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {

  public Digest {
    if (!isValid(hex)) {
      throw new IllegalArgumentException("not a digest (64 lower-case hexadecimal digits): " + hex);
    }
  }

  /** Whether {@code text} is the canonical form of a digest. */
  public static boolean isValid(String text) {
    if (text.length() != 64) {
      return false;
    }
    for (int i = 0; i < 64; i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  /** The digest whose raw 32 bytes are {@code sha256}. */
  public static Digest ofHash(byte[] sha256) {
    return new Digest(HexFormat.of().formatHex(sha256));
  }

  /** Hashes {@code content}. */
  public static Digest of(byte[] content) {
    return ofHash(newHasher().digest(content));
  }

  /** A fresh SHA-256 hasher, for callers that stream. */
  public static MessageDigest newHasher() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
