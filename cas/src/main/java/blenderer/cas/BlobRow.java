package blenderer.cas;

import blenderer.model.Digest;

/**
 * What the index knows of one blob.
 *
 * @param size the length in bytes
 * @param neededAt when somebody last needed the blob, in epoch milliseconds
 * @param holdUntil until when the blob must not be removed, in epoch milliseconds; a time in the
 *     past means that nothing holds it
 */
public record BlobRow(Digest digest, long size, long neededAt, long holdUntil) {
  public BlobRow {
    if (size < 0) {
      throw new IllegalArgumentException("blob " + digest + " has a negative size");
    }
  }

  /** This row with the later of both times; times in a row never go back. */
  public BlobRow heldAtLeast(long needed, long until) {
    return new BlobRow(digest, size, Math.max(neededAt, needed), Math.max(holdUntil, until));
  }
}
