package blenderer.sim;

import blenderer.core.MemoryJournal;
import blenderer.model.Digest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The modelled content store: what lies under which digest, and until when it is held. A content is
 * a number; its digest is made of that number, so that one can tell whether they belong together.
 */
final class Store {

  /** How long a find-missing answer, an upload or a report keeps a blob, in virtual time. */
  static final long HOLD_MILLIS = 120_000;

  private record Blob(long content, long holdUntil) {}

  private final Map<Digest, Blob> blobs = new HashMap<>();
  private final Parts parts;

  Store(Parts parts) {
    this.parts = parts;
  }

  /** The digest of a content; another content has another one. */
  static Digest digestOf(long content) {
    byte[] hash = new byte[32];
    long z = content;
    for (int i = 0; i < 4; i++) {
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L + 0x9e3779b97f4a7c15L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      for (int b = 0; b < 8; b++) {
        hash[8 * i + b] = (byte) (z >>> (8 * b));
      }
    }
    return Digest.ofHash(hash);
  }

  /** Takes an upload; returns false when the bytes are not those of the digest. */
  boolean put(Digest digest, long content, long now) {
    if (parts.verifiesUploads() && !digestOf(content).equals(digest)) {
      return false;
    }
    Blob old = blobs.get(digest);
    blobs.put(digest, new Blob(old == null ? content : old.content(), now + HOLD_MILLIS));
    return true;
  }

  boolean has(Digest digest) {
    return blobs.containsKey(digest);
  }

  /** Whether what lies under the digest belongs there. */
  boolean isTrue(Digest digest) {
    Blob blob = blobs.get(digest);
    return blob != null && digestOf(blob.content()).equals(digest);
  }

  /** Which are not there; those that are there are held for a while. */
  Set<Digest> missing(Collection<Digest> digests, long now) {
    Set<Digest> missing = new HashSet<>();
    for (Digest digest : digests) {
      Blob blob = blobs.get(digest);
      if (blob == null) {
        missing.add(digest);
      } else {
        blobs.put(digest, new Blob(blob.content(), now + HOLD_MILLIS));
      }
    }
    return missing;
  }

  /** Frees what nothing holds and no job needs, and says so of each. */
  void collectGarbage(MemoryJournal journal, long now, BiConsumer<Digest, Long> freed) {
    Set<Digest> unheld = new HashSet<>();
    blobs.forEach(
        (digest, blob) -> {
          if (blob.holdUntil() < now) {
            unheld.add(digest);
          }
        });
    for (Digest digest : parts.unreferenced(journal, unheld)) {
      blobs.remove(digest);
      freed.accept(digest, now);
    }
  }
}
