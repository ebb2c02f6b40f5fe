package blenderer.openjd;

import java.util.Collection;

/** Finds the name a person may have meant. */
final class Near {

  private Near() {}

  /** {@code "; did you mean 'x'?"}, or nothing when no candidate is close. */
  static String hint(String written, Collection<String> candidates) {
    String best = "";
    int least = Math.max(1, Math.min(3, written.length() / 3)) + 1;
    for (String candidate : candidates) {
      int distance = distance(written, candidate, least);
      if (distance < least && distance < written.length()) {
        least = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : "; did you mean '" + best + "'?";
  }

  /** Edits (insert, delete, change; case alone is free of charge) between two names. */
  private static int distance(String a, String b, int enough) {
    if (Math.abs(a.length() - b.length()) >= enough) {
      return enough;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int changed = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
