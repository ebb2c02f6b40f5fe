package blenderer.node.render;

import blenderer.model.Failure;
import blenderer.node.os.PlainFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A session's folder for results, and what lay in it before the first task: files of earlier steps,
 * and files of the job that may be changed. These are results only if a task changes them, and a
 * result that is taken away is then put back for the tasks that follow. Not for several threads.
 */
public final class OutputFolder {

  /** Says how much may be taken out of the session. */
  public interface Bound {

    /** Why results of so many bytes may not be taken; empty: they may. */
    Optional<Failure> tooLarge(long bytes);
  }

  private record Stamp(long size, FileTime modified) {
    static Stamp of(BasicFileAttributes attributes) {
      return new Stamp(attributes.size(), attributes.lastModifiedTime());
    }
  }

  private final Path folder;
  private final Path copies;
  private final Bound bound;
  private final Map<String, Stamp> before = new TreeMap<>();
  private int number;

  private OutputFolder(Path folder, Path copies, Bound bound) {
    this.folder = folder;
    this.copies = copies;
    this.bound = bound;
  }

  /**
   * Looks at what lies in the folder now.
   *
   * @param copies a folder on the same disk for files under way, out of reach of what runs
   */
  public static OutputFolder of(Path folder, Path copies, Bound bound) throws IOException {
    OutputFolder output = new OutputFolder(folder, copies, bound);
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(path -> !Files.isDirectory(path)).toList()) {
        output.before.put(output.name(file), output.stamp(file));
      }
    }
    return output;
  }

  public Path path() {
    return folder;
  }

  Optional<Failure> tooLarge(long bytes) {
    return bound.tooLarge(bytes);
  }

  private String name(Path file) {
    return folder.relativize(file).toString();
  }

  private Stamp stamp(Path file) throws IOException {
    return Stamp.of(
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
  }

  /** Whether a file lay here before and is as it was. */
  boolean isUnchanged(Path file) {
    Stamp known = before.get(name(file));
    try {
      return known != null && known.equals(stamp(file));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Takes away a file that only shows what a task made.
   *
   * @param file absolute, without links
   * @return it, out of reach of what runs; whoever asked deletes it
   * @throws IOException also when it is no plain file, or a link leads to it
   */
  public Path takeShown(Path file) throws IOException {
    Files.createDirectories(copies);
    Path taken = copies.resolve("shown-" + ++number + ".png");
    PlainFiles.move(file, taken);
    return taken;
  }

  /**
   * The file to hand on as a result, which may be moved away: itself, or a copy if it lay here
   * before and later tasks may need it.
   *
   * @param file as {@link OutputCheck} found it
   * @throws IOException when the disk refuses
   */
  public Path toGive(OutputCheck.Output file) throws IOException {
    if (!before.containsKey(file.path())) {
      return file.file();
    }
    Files.createDirectories(copies);
    Path copy = copies.resolve("result-" + ++number);
    PlainFiles.copy(file.file(), copy);
    before.put(file.path(), stamp(file.file()));
    return copy;
  }
}
