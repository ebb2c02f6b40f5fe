package blenderer.cas;

import blenderer.model.Digest;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes that go between a sender or reader and the backend without the server: it only signs what
 * may be done. Every address is good for one thing, for a short time.
 *
 * <p>INV-4 without seeing the bytes: each part is taken only if it has the sum that its sender
 * named before, and a blob of one part only if that sum is its digest. A blob of several parts is
 * hashed whole by whoever reads it.
 */
public interface DirectTransfers {

  /**
   * An upload as it stands.
   *
   * @param partSize bytes of each part but the last
   * @param parts how many of the first parts are there
   */
  record Progress(long partSize, int parts) {}

  /**
   * What may be done with it.
   *
   * @param headers must be sent as they are
   * @param until when the address ends
   */
  record Address(String method, URI uri, Map<String, String> headers, Instant until) {
    public Address {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * The certificates, PEM, of who vouches for the place; empty: an authority that every computer
   * knows.
   */
  Optional<String> authority();

  /** Bytes of each part but the last of a blob of that size. */
  long partSize(long size);

  /** Begins an upload, or finds the one that was begun for the same digest and size. */
  Progress begin(Digest digest, long size);

  /**
   * Where one part goes.
   *
   * @param part from 0 on
   * @param sum the SHA-256 of the part's bytes
   */
  Address part(Digest digest, long size, int part, Digest sum);

  /**
   * Ends an upload.
   *
   * @return false if parts are missing or what is there is not this blob; it may be begun again
   */
  boolean finish(Digest digest, long size);

  /** Throws away uploads that were begun before {@code before} and never ended; how many. */
  int abandonBegunBefore(Instant before);

  /** Where a blob can be read, whole or a range of it. */
  Address read(Digest digest);
}
