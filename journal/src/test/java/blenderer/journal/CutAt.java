package blenderer.journal;

/** When a connection breaks that is to break once. */
enum CutAt {
  BEFORE_COMMIT,
  AFTER_COMMIT
}
