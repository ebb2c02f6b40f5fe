package blenderer.cas;

/**
 * Who sends bytes.
 *
 * @param name the person's or node's name, unique among its kind
 * @param kind decides how much of the disk may be used
 */
public record Uploader(String name, Kind kind) {

  /** People stop at the margin for people; nodes may go on down to the hard reserve. */
  public enum Kind {
    PERSON,
    NODE
  }

  public Uploader {
    if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("not a name: '" + name + "'");
    }
  }

  /** A person of that name. */
  public static Uploader person(String name) {
    return new Uploader(name, Kind.PERSON);
  }

  /** A node of that name. */
  public static Uploader node(String name) {
    return new Uploader(name, Kind.NODE);
  }
}
