package blenderer.openjd.range;

import blenderer.openjd.range.RangeExpression.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the parts of a range expression. */
final class RangeReader {

  private static final int MOST_PARTS = 10_000;

  /** Numbers stay below this, so that sums of two never leave a long. */
  static final long BOUND = 1L << 62;

  private static final String NUMBER = "[ \\t]*(-?[0-9]+)[ \\t]*";
  private static final Pattern PART =
      Pattern.compile(NUMBER + "(?:-" + NUMBER + "(?::" + NUMBER + ")?)?");
  private static final Pattern FRAMES_PART =
      Pattern.compile(NUMBER + "(?:-" + NUMBER + "(?:[:xX]" + NUMBER + ")?)?");

  private final String text;
  private final boolean frames;

  private RangeReader(String text, boolean frames) {
    this.text = text;
    this.frames = frames;
  }

  static List<Run> read(String text, boolean frames) {
    return new RangeReader(text, frames).parts();
  }

  private List<Run> parts() {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          frames ? "the frame range is empty: give one such as 1-20" : "the range is empty");
    }
    String[] parts = text.split(",", -1);
    if (parts.length > MOST_PARTS) {
      throw new IllegalArgumentException("the range has more than " + MOST_PARTS + " parts");
    }
    List<Run> runs = new ArrayList<>();
    for (String part : parts) {
      runs.add(part(part));
    }
    return runs;
  }

  private Run part(String part) {
    Matcher matcher = (frames ? FRAMES_PART : PART).matcher(part);
    if (!matcher.matches()) {
      throw refused(
          part.isBlank()
              ? "has an empty part between its commas"
              : "has the part '"
                  + part.strip()
                  + "', which is none of "
                  + (frames ? "7, 1-20 and 1-20x2" : "7, 1-20 and 1-20:2"));
    }
    long first = number(matcher.group(1));
    String endText = matcher.group(2);
    if (endText == null) {
      return Run.of(first, first, 1);
    }
    long last = number(endText);
    String stepText = matcher.group(3);
    long step = stepText == null ? 1 : number(stepText);
    if (step == 0) {
      throw refused("has the part '" + part.strip() + "' with a step of 0");
    }
    if (step > 0 && last < first) {
      throw refused(
          "has the part '"
              + part.strip()
              + "', which goes down: write "
              + (frames ? last + "-" + first : "a negative step, such as " + first + "-" + last)
              + (frames ? "" : ":-1"));
    }
    if (step < 0 && last > first) {
      throw refused("has the part '" + part.strip() + "', which goes up with a negative step");
    }
    if (step > 0) {
      return Run.of(first, last, step);
    }
    long end = first - (first - last) / -step * -step;
    return Run.of(end, first, -step);
  }

  private long number(String digits) {
    try {
      long value = Long.parseLong(digits);
      if (value > -BOUND && value < BOUND) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below: too many digits is the only way to get here.
    }
    throw refused("has the number " + digits + ", which is too large");
  }

  private IllegalArgumentException refused(String what) {
    return new IllegalArgumentException(
        (frames ? "the frame range '" : "the range '") + shortened(text, 200) + "' " + what);
  }

  /** The start and the end of a long text, for a sentence. */
  static String shortened(String text, int most) {
    return text.length() <= most
        ? text
        : text.substring(0, most * 2 / 3) + "…" + text.substring(text.length() - most / 3);
  }
}
