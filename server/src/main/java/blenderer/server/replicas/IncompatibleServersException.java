package blenderer.server.replicas;

/** Servers of versions that do not work together. */
public final class IncompatibleServersException extends RuntimeException {
  private static final long serialVersionUID = 1;

  IncompatibleServersException(String where, String theirs, String mine) {
    super(
        "The farm's server at "
            + where
            + " runs Blenderer "
            + theirs
            + ", which does not work together with "
            + mine
            + ". Bring the farm to a version in between first, or stop that server.");
  }
}
