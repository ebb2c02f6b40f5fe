package blenderer.node;

import blenderer.node.agent.NodeSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person may say about a node.
 *
 * @param connect a connection string, a file that holds one, or {@code -} for the input; null: the
 *     one this node was enrolled with
 * @param name null: this computer's
 * @param blenders paths of Blender programs or their folders; none: look in the PATH
 * @param cacheBytes null: 20 GiB, or a quarter of what is free, whichever is less
 * @param renderersBytes how much of the farm's own renderers may lie here, unpacked
 * @param minFree bytes to leave free on the disk of the data folder
 * @param sandbox what stands around its sessions
 * @param host what its owner says of the computer, and lets run on it
 * @param path the PATH of what the node runs
 * @param version of the program
 */
public record NodeOptions(
    @Nullable String connect,
    @Nullable String name,
    int slots,
    Path data,
    List<String> blenders,
    @Nullable Long cacheBytes,
    long renderersBytes,
    long minFree,
    SandboxOptions sandbox,
    HostOptions host,
    String path,
    String version,
    NodeSettings settings) {

  /** How much of the disk is left free if nobody says otherwise. */
  public static final long DEFAULT_MIN_FREE = 2L << 30;

  public NodeOptions {
    blenders = List.copyOf(blenders);
  }
}
