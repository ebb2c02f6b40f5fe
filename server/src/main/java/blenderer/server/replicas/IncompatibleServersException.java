package blenderer.server.replicas;

/** Servers that do not work together: of other versions, or with files elsewhere. */
public final class IncompatibleServersException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private IncompatibleServersException(String message) {
    super(message);
  }

  static IncompatibleServersException versions(String where, String theirs, String mine) {
    return new IncompatibleServersException(
        "The farm's server at "
            + where
            + " runs Blenderer "
            + theirs
            + ", which does not work together with "
            + mine
            + ". Bring the farm to a version in between first, or stop that server.");
  }

  static IncompatibleServersException stores(String where, String theirs, String mine) {
    return new IncompatibleServersException(
        "The farm's server at "
            + where
            + " keeps its files in "
            + theirs
            + ", and this one was told "
            + mine
            + ". Start all servers of a farm with the same --blobs.");
  }
}
