package blenderer.model;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * Which paths may stand in a manifest or name an output. They come from other computers and are
 * hostile: none may leave the folder it is laid out in, on any system.
 */
public final class WorkspacePath {

  private static final int LONGEST_PATH = 1024;
  private static final int LONGEST_NAME = 255;
  private static final Set<String> DEVICE_NAMES =
      Set.of(
          "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
          "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
          "com¹", "com²", "com³", "lpt¹", "lpt²", "lpt³", "conin$", "conout$");

  private WorkspacePath() {}

  /**
   * Returns {@code path} if it is safe.
   *
   * @throws IllegalArgumentException naming the path and what is wrong with it
   */
  public static String check(String path) {
    if (path.isEmpty()) {
      throw refused(path, "is empty");
    }
    if (path.length() > LONGEST_PATH) {
      throw refused(path, "is longer than " + LONGEST_PATH + " characters");
    }
    if (!Normalizer.isNormalized(path, Normalizer.Form.NFC)) {
      throw refused(path, "is not in Unicode normal form C");
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (Character.isISOControl(c)) {
        throw refused(path, "holds a control character");
      }
      if (Character.isSurrogate(c)
          && !(Character.isHighSurrogate(c)
              ? i + 1 < path.length() && Character.isLowSurrogate(path.charAt(i + 1))
              : i > 0 && Character.isHighSurrogate(path.charAt(i - 1)))) {
        throw refused(path, "holds half a character");
      }
      if ("\\:*?\"<>|".indexOf(c) >= 0) {
        throw refused(path, "holds the character " + c + " which not every system allows");
      }
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty()) {
        throw refused(path, "is absolute or has an empty part");
      }
      if (name.equals(".") || name.equals("..")) {
        throw refused(path, "climbs with '" + name + "'");
      }
      // Linux counts bytes where Windows and macOS count characters.
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        throw refused(path, "has a name longer than " + LONGEST_NAME + " bytes");
      }
      if (name.endsWith(".") || name.endsWith(" ")) {
        throw refused(path, "has a name that ends in a dot or a space");
      }
      int dot = name.indexOf('.');
      String stem = (dot < 0 ? name : name.substring(0, dot)).stripTrailing();
      if (DEVICE_NAMES.contains(stem.toLowerCase(Locale.ROOT))) {
        throw refused(path, "uses the device name '" + stem + "'");
      }
    }
    return path;
  }

  /**
   * A form that is equal for all paths that some file system takes for the same. Upper case first:
   * it joins letters that have two small forms, and spells out ß as ss.
   */
  public static String folded(String path) {
    return Normalizer.normalize(
        path.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
  }

  private static IllegalArgumentException refused(String path, String why) {
    String shown = path.length() > 120 ? path.substring(0, 120) + "…" : path;
    return new IllegalArgumentException("the path '" + shown + "' " + why);
  }
}
