package blenderer.server.backup;

/** Where somebody reads how far a long work is. Safe for many threads. */
interface Progress {

  /** Nobody reads it. */
  Progress NOBODY = (_, _, _, _) -> {};

  /** What is counted. */
  enum Unit {
    ROWS,
    BYTES
  }

  /**
   * @param what is being done, such as {@code files}
   * @param total of {@code done}; 0: not known
   */
  void at(String what, long done, long total, Unit unit);
}
