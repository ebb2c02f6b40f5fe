package blenderer.submit.bundle;

import blenderer.openjd.range.RangeExpression;
import blenderer.submit.SubmitException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbered images of one name in one folder.
 *
 * @param pattern the name with its number as {@code %04d}, or {@code %d} when lengths differ
 * @param title the name without number and ending; may be empty
 * @param members by number; at least one
 */
public record ImageSequence(String pattern, String title, SortedMap<Long, Path> members) {

  private static final Pattern PLACEHOLDER = Pattern.compile("#+|%0?[0-9]?d");
  private static final Pattern NUMBERED = Pattern.compile("^(.*?)([0-9]{1,18})(\\.[^.]+)$");

  /** Whether a person wrote a name with a placeholder, or a member of a sequence. */
  public static boolean isOne(Path named) {
    String name = String.valueOf(named.getFileName());
    return PLACEHOLDER.matcher(name).find() || NUMBERED.matcher(name).matches();
  }

  /**
   * Looks for the images.
   *
   * @param named a member, or a name with {@code ####} or {@code %04d} for the number
   * @throws SubmitException {@code scene-not-found}
   */
  public static ImageSequence of(Path named) {
    Path file = named.toAbsolutePath().normalize();
    String name = String.valueOf(file.getFileName());
    Matcher placeholder = PLACEHOLDER.matcher(name);
    String before;
    String after;
    if (placeholder.find()) {
      before = name.substring(0, placeholder.start());
      after = name.substring(placeholder.end());
    } else {
      Matcher numbered = NUMBERED.matcher(name);
      if (!numbered.matches()) {
        throw notFound(named);
      }
      before = numbered.group(1);
      after = numbered.group(3);
    }
    Pattern member =
        Pattern.compile(Pattern.quote(before) + "([0-9]{1,18})" + Pattern.quote(after));
    SortedMap<Long, Path> members = new TreeMap<>();
    int digits = -1;
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw notFound(named);
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path one : all) {
        Matcher match = member.matcher(String.valueOf(one.getFileName()));
        if (match.matches() && Files.isRegularFile(one)) {
          members.put(Long.parseLong(match.group(1)), one);
          digits = digits < 0 || digits == match.group(1).length() ? match.group(1).length() : 0;
        }
      }
    } catch (IOException e) {
      throw notFound(named);
    }
    if (members.isEmpty()) {
      throw notFound(named);
    }
    String number = digits > 0 && digits < 10 ? "%0" + digits + "d" : "%d";
    return new ImageSequence(before + number + after, before.replaceFirst("[ ._-]+$", ""), members);
  }

  private static SubmitException notFound(Path named) {
    return new SubmitException(
        "scene-not-found",
        "There are no numbered images '" + named + "'.",
        "Name one of them, or write #### for the number, such as frames/shot_####.png.");
  }

  /** The numbers that are there, as a range expression. */
  public String frames() {
    return RangeExpression.of(members.keySet().stream().mapToLong(Long::longValue).toArray())
        .toString();
  }

  /** The numbers between the first and the last. */
  public String wholeRange() {
    return members.firstKey().equals(members.lastKey())
        ? members.firstKey().toString()
        : members.firstKey() + "-" + members.lastKey();
  }

  /** How many between the first and the last are not there. */
  public long holes() {
    return members.lastKey() - members.firstKey() + 1 - members.size();
  }
}
