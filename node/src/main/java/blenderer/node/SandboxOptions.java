package blenderer.node;

import blenderer.node.cache.DiskRoom;
import blenderer.node.sandbox.Limits;
import blenderer.node.sandbox.Sandboxes;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a person may say about the sandbox of a node's sessions.
 *
 * @param wanted false: {@code --without-sandbox}
 * @param network whether sessions may use the network
 * @param memoryBytes of one session; null: a share of the computer's
 * @param processes of one session; null: {@link Limits#DEFAULT_PROCESSES}
 * @param diskBytes of one session; null: what is free when it begins, beyond what shall stay free
 */
public record SandboxOptions(
    boolean wanted,
    boolean network,
    @Nullable Long memoryBytes,
    @Nullable Long processes,
    @Nullable Long diskBytes) {

  /** What a node has whose owner says nothing. */
  public static SandboxOptions defaults() {
    return new SandboxOptions(true, false, null, null, null);
  }

  Sandboxes.Wish on(long machineMemory, int slots, DiskRoom disk) {
    Long bytes = diskBytes;
    LongSupplier room = bytes == null ? () -> Math.max(0, disk.spare()) : () -> bytes;
    return new Sandboxes.Wish(
        wanted,
        network,
        new Limits(
            memoryBytes != null ? memoryBytes : Limits.memoryShare(machineMemory, slots),
            processes != null ? processes : Limits.DEFAULT_PROCESSES,
            room));
  }
}
