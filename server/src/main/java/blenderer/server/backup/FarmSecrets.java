package blenderer.server.backup;

/** Names in the database's table of what several servers share. */
final class FarmSecrets {

  /** The farm's authority, as in {@code tls/ca.pem}. */
  static final String AUTHORITY = "authority";

  private FarmSecrets() {}
}
