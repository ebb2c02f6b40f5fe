package blenderer.model;

import java.util.Locale;

/**
 * What a key's owner is to the farm. Which action each role may take stands in one table, at the
 * server.
 */
public enum Role {
  ADMIN,
  ARTIST,
  VIEWER,
  NODE;

  /** The name as it stands in commands and JSON, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that name, in lower case. */
  public static Role ofWord(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "no role is called '" + word + "': use admin, artist, viewer or node");
  }
}
