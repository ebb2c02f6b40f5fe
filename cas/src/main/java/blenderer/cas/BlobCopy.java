package blenderer.cas;

import blenderer.cas.StoreResult.Cut;
import blenderer.cas.StoreResult.NoSpace;
import blenderer.cas.StoreResult.Stored;
import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Copies blobs from one place to another. Every byte is hashed on its way, and a blob is at its new
 * place only when it is whole and survives a crash (INV-4), so that whoever is stopped begins again
 * and copies what is still missing. Safe for many threads, of different blobs.
 */
public final class BlobCopy {

  /** How often a source that breaks off is asked again. */
  private static final int TRIES = 3;

  /** What became of one blob. */
  public enum Outcome {
    COPIED,
    /** It was at its new place already. */
    WAS_THERE,
    /** The source has no such blob, or only a part of it. */
    MISSING,
    /** The bytes of the source do not have the digest, or cannot be read. */
    DAMAGED,
    /** The disk is full. */
    NO_ROOM
  }

  private final BlobBackend from;
  private final BlobFiles staging;
  private final BlobBackend to;
  private final boolean reread;

  /**
   * @param staging lies blobs down on their way; it may be {@code to} itself
   * @param reread whether what is at its new place already is read again, instead of believed
   */
  public BlobCopy(BlobBackend from, BlobFiles staging, BlobBackend to, boolean reread) {
    this.from = from;
    this.staging = staging;
    this.to = to;
    this.reread = reread;
  }

  /**
   * Copies one blob, if need be.
   *
   * @throws CasException when one of the places cannot be reached
   */
  public Outcome copy(Digest digest, long size) {
    if (to.has(digest, size) && (!reread || to.verify(digest))) {
      return Outcome.WAS_THERE;
    }
    for (int attempt = 1; ; attempt++) {
      Optional<InputStream> found = from.open(digest, 0, Long.MAX_VALUE);
      if (found.isEmpty()) {
        return Outcome.MISSING;
      }
      try (InputStream in = found.get()) {
        switch (staging.put(digest, size, in, file -> to.adopt(file, digest, size))) {
          case Stored _ -> {
            return Outcome.COPIED;
          }
          case StoreResult.WrongBytes _, StoreResult.BeyondEnd _ -> {
            return Outcome.DAMAGED;
          }
          case NoSpace _ -> {
            return Outcome.NO_ROOM;
          }
          case Cut cut -> {
            if (!from.has(digest, size)) {
              return Outcome.MISSING;
            }
            if (attempt == TRIES && from instanceof BlobFiles) {
              return Outcome.DAMAGED;
            }
            if (attempt == TRIES) {
              throw new StoreAwayException(
                  "reading " + digest + " breaks off after " + cut.received() + " bytes",
                  new IOException("cut"));
            }
          }
        }
      } catch (IOException e) {
        throw new CasException("cannot read blob " + digest, e);
      }
    }
  }
}
