package blenderer.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Wire records of the renderers that nodes fetch from the server. */
public final class Archives {

  private Archives() {}

  /**
   * A renderer that an admin gave to the farm.
   *
   * @param digest of the archive, a blob; its id
   * @param file what the archive was called
   * @param renderer such as {@code blender}
   * @param version as the renderer said it when it was added
   * @param features what that build can do
   * @param build the digest of the files in the archive
   * @param os such as {@code linux}
   * @param processor such as {@code x86_64}
   * @param size of the archive in bytes
   * @param unpackedBytes of the files in it
   * @param addedBy the admin's name
   * @param addedAt epoch milliseconds
   */
  public record Archive(
      String digest,
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

  /** {@code POST /v1/renderers}: the blob is in the store already. Fields as in {@link Archive}. */
  public record NewArchive(
      String digest,
      String file,
      String renderer,
      String version,
      List<String> features,
      String build,
      String os,
      String processor,
      long unpackedBytes) {}

  /** All archives, in the order in which they were added. */
  public record ArchiveList(List<Archive> archives) {}

  /** The words of this computer, for {@link Archive#os} and {@link Archive#processor}. */
  public record Platform(String os, String processor) {

    /** What this program runs on. */
    public static Platform here() {
      return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Platform of(@Nullable String osName, @Nullable String osArch) {
      String os = osName == null ? "" : osName.toLowerCase(java.util.Locale.ROOT);
      String arch = osArch == null ? "" : osArch.toLowerCase(java.util.Locale.ROOT);
      return new Platform(
          os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "macos" : os,
          switch (arch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm64";
            default -> arch;
          });
    }
  }
}
