package blenderer.model;

import java.util.Locale;

/**
 * How far a person's jobs may go, and how far a node lets jobs go; each word includes those before
 * it. A template that ships with the program says itself what runs; one of a person's own is any
 * command.
 */
public enum Permission {
  /** Templates that ship with the program, with the scripts of scenes switched off. */
  TEMPLATES,
  /** The same with scripts that lie in scenes. */
  SCRIPTS,
  /** Templates of one's own: any command. */
  COMMANDS;

  /** Whether it allows what {@code needed} stands for. */
  public boolean covers(Permission needed) {
    return compareTo(needed) >= 0;
  }

  /** The name as it stands in commands and JSON, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The permission of that name, in lower case. */
  public static Permission ofWord(String word) {
    for (Permission permission : values()) {
      if (permission.word().equals(word)) {
        return permission;
      }
    }
    throw new IllegalArgumentException(
        "no permission is called '" + word + "': use templates, scripts or commands");
  }
}
