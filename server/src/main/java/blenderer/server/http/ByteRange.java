package blenderer.server.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes of a whole of a known size.
 *
 * @param offset of the first byte
 * @param count how many, at least one
 */
public record ByteRange(long offset, long count) {

  private static final Pattern FORM = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
  private static final Pattern SUFFIX = Pattern.compile("bytes=-(\\d{1,18})");

  /**
   * Reads the header {@code Range}. Empty for a form that may be ignored (RFC 9110, 14.2), such as
   * several ranges: the whole is sent then.
   *
   * @throws HttpError 416 when no byte lies in the range
   */
  public static Optional<ByteRange> parse(String header, long size) {
    Matcher form = FORM.matcher(header);
    Matcher suffix = SUFFIX.matcher(header);
    long first;
    long last = size - 1;
    if (form.matches()) {
      first = Long.parseLong(form.group(1));
      if (!form.group(2).isEmpty()) {
        long asked = Long.parseLong(form.group(2));
        if (asked < first) {
          return Optional.empty();
        }
        last = Math.min(last, asked);
      }
    } else if (suffix.matches()) {
      first = Math.max(0, size - Long.parseLong(suffix.group(1)));
    } else {
      return Optional.empty();
    }
    if (first > last) {
      throw HttpError.of(
          416,
          "range-not-satisfiable",
          "The range '" + header + "' lies outside of the " + size + " bytes.",
          "Ask for bytes below " + size + ".");
    }
    return Optional.of(new ByteRange(first, last - first + 1));
  }
}
