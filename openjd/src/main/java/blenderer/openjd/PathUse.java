package blenderer.openjd;

/**
 * What a PATH parameter's value stands for (§2.2). A session maps values with {@code dataFlow} IN,
 * OUT or INOUT into its workspace.
 *
 * @param objectType a file or a folder
 * @param dataFlow whether the job reads it, writes it, both, or neither
 */
public record PathUse(ObjectType objectType, DataFlow dataFlow) {

  /** What lies at the path. */
  public enum ObjectType {
    FILE,
    DIRECTORY
  }

  /** Which way data goes through the path. */
  public enum DataFlow {
    NONE,
    IN,
    OUT,
    INOUT;

    public boolean isRead() {
      return this == IN || this == INOUT;
    }

    public boolean isWritten() {
      return this == OUT || this == INOUT;
    }
  }
}
