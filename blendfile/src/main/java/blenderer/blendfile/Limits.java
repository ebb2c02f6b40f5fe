package blenderer.blendfile;

/**
 * How much a look may cost. A file that needs more is told as far as it was read ({@link
 * Look.Facts#whole()}), or refused where what is too large is no .blend's.
 *
 * @param mostUnpacked bytes that gzip or zstd may unpack to before the look ends
 * @param mostBlocks blocks that are looked at
 * @param mostKept bytes that are kept of all blocks together
 * @param mostDescription bytes of the struct description; Blender's own have 0.2 MB
 * @param mostWindow base-two logarithm of the memory that zstd may want; Blender's own files want 2
 *     MB, which is 21
 * @param mostLibraries libraries that are named
 */
public record Limits(
    long mostUnpacked,
    long mostBlocks,
    long mostKept,
    int mostDescription,
    int mostWindow,
    int mostLibraries) {

  /** Seconds and some tens of megabytes at most, whatever the file. */
  public static final Limits USUAL =
      new Limits(2L << 30, 20_000_000, 48 << 20, 8 << 20, 25, 10_000);
}
