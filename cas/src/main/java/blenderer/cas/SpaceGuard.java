package blenderer.cas;

import blenderer.cas.StoreResult.NoSpace;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Keeps room on the server's disk: people stop at {@code minFree}, nodes at the hard reserve, below
 * which the journal still has to work.
 *
 * @param minFree bytes that people's uploads leave free
 * @param hardReserve bytes that nodes' uploads leave free, at most {@code minFree}
 * @param free tells how many bytes are free now
 */
public record SpaceGuard(long minFree, long hardReserve, LongSupplier free) {
  public SpaceGuard {
    if (hardReserve < 0 || hardReserve > minFree) {
      throw new IllegalArgumentException(
          "the reserve of " + hardReserve + " bytes is not between 0 and the " + minFree + " kept");
    }
  }

  /** Guards the disk that holds {@code folder}. */
  public static SpaceGuard of(Path folder, long minFree, long hardReserve) {
    return new SpaceGuard(minFree, hardReserve, () -> folder.toFile().getUsableSpace());
  }

  /** Empty if {@code wanted} more bytes of this kind of sender leave enough room. */
  public Optional<NoSpace> refusal(Uploader.Kind kind, long wanted) {
    long now = free.getAsLong();
    long kept =
        switch (kind) {
          case PERSON -> minFree;
          case NODE -> hardReserve;
        };
    return now - wanted < kept ? Optional.of(new NoSpace(now, kept, wanted)) : Optional.empty();
  }
}
