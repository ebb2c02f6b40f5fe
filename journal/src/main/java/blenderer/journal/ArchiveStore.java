package blenderer.journal;

import blenderer.model.Digest;
import java.util.List;

/**
 * The renderers that an admin gave to the farm. Each method is atomic, and what it changed is
 * durable when it returns. The blob of an archive is needed for as long as the archive is here
 * (INV-5). Safe for many threads. Throws {@code JournalException} when nothing was changed.
 */
public interface ArchiveStore {

  /**
   * An archive with what is known of its content.
   *
   * @param digest of the archive
   * @param file what it was called
   * @param build the digest of the files in it
   * @param addedAt epoch milliseconds
   */
  record Archive(
      Digest digest,
      String file,
      String renderer,
      String version,
      List<String> features,
      String build,
      String os,
      String processor,
      long size,
      long unpackedBytes,
      String addedBy,
      long addedAt) {
    public Archive {
      features = List.copyOf(features);
    }
  }

  /** Puts one in; one of the same digest stays as it was first added. */
  void add(Archive archive);

  /**
   * Takes one out.
   *
   * @return whether it was there
   */
  boolean remove(Digest digest);

  /** All, oldest first. */
  List<Archive> all();
}
