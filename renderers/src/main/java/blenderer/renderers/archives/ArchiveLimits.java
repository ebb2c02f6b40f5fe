package blenderer.renderers.archives;

/**
 * What an archive may grow to.
 *
 * @param bytes all files together
 * @param entries files, folders and links together
 */
public record ArchiveLimits(long bytes, int entries) {

  /** Blender 4 has about 1 GB in 8,000 files; builds with all GPU kernels have twice that. */
  public static final ArchiveLimits USUAL = new ArchiveLimits(8L << 30, 100_000);
}
