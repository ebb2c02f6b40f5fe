package blenderer.api;

/** Told by transfers how far they are; called often, from the thread that transfers. */
@FunctionalInterface
public interface TransferProgress {

  /** Nobody wants to know. */
  TransferProgress NONE = bytes -> {};

  /**
   * Some bytes were moved.
   *
   * @param bytes moved since the last call; negative when a cut connection lost some
   */
  void moved(long bytes);
}
