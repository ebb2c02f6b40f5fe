package blenderer.preflight;

/** What a finding means for the job. */
public enum Weight {
  /** No job is made. */
  BLOCKS,
  /** The job may render something else than meant. */
  WARNS,
  /** Good to know. */
  NOTES;

  private final String word = name().toLowerCase(java.util.Locale.ROOT);

  /** As people and programs read it. */
  public String word() {
    return word;
  }
}
