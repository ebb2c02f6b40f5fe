package blenderer.openjd.expr;

/** How the text of a path is read. URIs are read the same way in all. */
public enum PathFlavour {
  /** Slashes; upper and lower case differ. */
  POSIX,
  /** Drives and shares, slashes of both kinds; upper and lower case are the same. */
  WINDOWS
}
