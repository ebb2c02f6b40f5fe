package blenderer.cas;

/** The moments between which a store may die; tests look at the disk at each. */
enum Step {
  UPLOAD_NOTED,
  BYTES_WRITTEN,
  BYTES_SYNCED,
  RENAMED,
  FOLDER_SYNCED,
  ROW_ADDED,
  UPLOAD_CLOSED,
  ROW_REMOVED,
  FILE_DELETED;

  /** Told of every step, on the thread that takes it. */
  @FunctionalInterface
  interface Watcher {
    Watcher NOBODY = _ -> {};

    /**
     * @throws java.io.IOException to let the step fail as a disk would
     */
    void at(Step step) throws java.io.IOException;
  }
}
