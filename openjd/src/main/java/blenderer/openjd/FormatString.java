package blenderer.openjd;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Text with references in double braces: {@code frame {{Task.Param.Frame}} of {{Param.Scene}}}.
 * Which names exist is checked when a template is read; the values come in at two later moments,
 * job creation and the start of an action.
 */
public final class FormatString {

  /** A piece of a format string. */
  private sealed interface Segment {
    record Literal(String text) implements Segment {}

    record Reference(String name) implements Segment {}
  }

  private static final int LONGEST_NAME = 1024;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*");

  private final String source;
  private final List<Segment> segments;

  private FormatString(String source, List<Segment> segments) {
    this.source = source;
    this.segments = List.copyOf(segments);
  }

  /**
   * Reads a format string.
   *
   * @throws IllegalArgumentException with a plain sentence, when braces do not pair up or hold
   *     anything but a dotted name
   */
  public static FormatString parse(String source) {
    List<Segment> segments = new ArrayList<>();
    int at = 0;
    while (at < source.length()) {
      int open = source.indexOf("{{", at);
      int close = source.indexOf("}}", at);
      if (close >= 0 && (open < 0 || close < open)) {
        throw new IllegalArgumentException("there is '}}' without '{{' before it");
      }
      if (open < 0) {
        segments.add(new Segment.Literal(source.substring(at)));
        break;
      }
      if (close < 0) {
        throw new IllegalArgumentException("there is '{{' without '}}' after it");
      }
      if (open > at) {
        segments.add(new Segment.Literal(source.substring(at, open)));
      }
      segments.add(new Segment.Reference(name(source.substring(open + 2, close))));
      at = close + 2;
    }
    return new FormatString(source, segments);
  }

  private static String name(String inner) {
    String name = inner.strip();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("there is nothing between '{{' and '}}'");
    }
    // The pattern recurses once a part; a longer name could not exist anyway.
    if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'{{"
              + Problems.shortened(inner, 100)
              + "}}' is not a name such as Param.Frames (expressions need the extension EXPR)");
    }
    return name;
  }

  /** Text that is taken as it is, braces included. */
  static FormatString literal(String text) {
    return new FormatString(text, text.isEmpty() ? List.of() : List.of(new Segment.Literal(text)));
  }

  /** The text as it was written. */
  public String source() {
    return source;
  }

  /** Whether there is nothing to resolve. */
  public boolean isLiteral() {
    return segments.stream().allMatch(segment -> segment instanceof Segment.Literal);
  }

  /** The names referred to, each once, in order. */
  public Set<String> references() {
    Set<String> names = new LinkedHashSet<>();
    for (Segment segment : segments) {
      if (segment instanceof Segment.Reference(String name)) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * The text with every reference replaced. Values are never read for braces again.
   *
   * @throws IllegalArgumentException naming a reference that {@code symbols} lacks
   */
  public String resolve(Map<String, String> symbols) {
    StringBuilder out = new StringBuilder();
    for (Segment segment : segments) {
      switch (segment) {
        case Segment.Literal(String text) -> out.append(text);
        case Segment.Reference(String name) -> {
          String value = symbols.get(name);
          if (value == null) {
            throw new IllegalArgumentException("'" + name + "' has no value here");
          }
          out.append(value);
        }
      }
    }
    return out.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FormatString that && segments.equals(that.segments);
  }

  @Override
  public int hashCode() {
    return segments.hashCode();
  }

  @Override
  public String toString() {
    return source;
  }
}
