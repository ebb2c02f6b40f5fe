package blenderer.server.scheduling;

import blenderer.api.NodeSync;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of the live farm stands in no row: only the server hears it that nodes call. Others are told
 * it, and lose nothing of worth when they are not.
 *
 * @param online nodes that called within a term, and did not say that they leave
 */
public record SoftFarm(List<String> online, List<Node> nodes, List<Lease> leases) {

  /**
   * A node that called.
   *
   * @param seenAt when it did last, wall time
   */
  public record Node(String id, long seenAt, NodeSync.@Nullable Host host) {}

  /**
   * A lease that is worked on.
   *
   * @param begun when a task was first heard of, wall time, by its index
   */
  public record Lease(
      String id, boolean started, List<NodeSync.Progress> progress, Map<Integer, Long> begun) {}
}
