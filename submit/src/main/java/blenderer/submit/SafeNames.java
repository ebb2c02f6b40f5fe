package blenderer.submit;

import blenderer.model.WorkspacePath;
import java.text.Normalizer;
import java.util.Set;

/** Makes a file name that every system allows out of one that only this system does. */
final class SafeNames {

  private static final String ODD = "\\/:*?\"<>|";

  private SafeNames() {}

  static String of(String name) {
    StringBuilder made = new StringBuilder(name.length());
    Normalizer.normalize(name, Normalizer.Form.NFC)
        .codePoints()
        .forEach(
            c -> {
              boolean half = c >= 0xD800 && c <= 0xDFFF;
              boolean odd = Character.isISOControl(c) || half || (c < 128 && ODD.indexOf(c) >= 0);
              made.appendCodePoint(odd ? '_' : c);
            });
    int end = made.length();
    while (end > 0 && (made.charAt(end - 1) == '.' || made.charAt(end - 1) == ' ')) {
      made.setCharAt(--end, '_');
    }
    String safe = made.isEmpty() ? "_" : made.toString();
    try {
      return WorkspacePath.check(safe);
    } catch (IllegalArgumentException e) {
      // A device name: all that is left once the characters and the ends are right.
      return "_" + safe;
    }
  }

  /**
   * Numbers what differs from a taken path only in case.
   *
   * @param taken folded paths; the answer's is added
   */
  static String unique(String path, Set<String> taken) {
    String free = path;
    for (int i = 2; !taken.add(WorkspacePath.folded(free)); i++) {
      int slash = path.lastIndexOf('/');
      int dot = path.lastIndexOf('.');
      free =
          dot > slash + 1 ? path.substring(0, dot) + "~" + i + path.substring(dot) : path + "~" + i;
    }
    return free;
  }
}
