package blenderer.server.scheduling;

import java.security.SecureRandom;

/** Makes ids: ULIDs in lower case, ascending within one process. */
public final class Ulid {

  private static final String LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();

  private static long lastMillis;
  private static long high;
  private static long low;

  private Ulid() {}

  /** A new id whose first ten letters tell the time {@code millis}, in epoch milliseconds. */
  public static synchronized String next(long millis) {
    if (millis > lastMillis) {
      lastMillis = millis;
      // One bit less than fits, so that counting up never overflows.
      high = RANDOM.nextLong() & 0x7f_ffff_ffffL;
      low = RANDOM.nextLong() & 0xff_ffff_ffffL;
    } else if (++low > 0xff_ffff_ffffL) {
      low = 0;
      high++;
    }
    StringBuilder text = new StringBuilder(26);
    append(text, lastMillis, 10);
    append(text, high, 8);
    append(text, low, 8);
    return text.toString();
  }

  private static void append(StringBuilder text, long bits, int letters) {
    for (int i = letters - 1; i >= 0; i--) {
      text.append(LETTERS.charAt((int) (bits >>> (5 * i)) & 31));
    }
  }
}
