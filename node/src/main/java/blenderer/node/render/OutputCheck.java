package blenderer.node.render;

import blenderer.model.Failure;
import blenderer.model.RetryClass;
import blenderer.model.WorkspacePath;
import blenderer.renderers.Picture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at the files that a task says it made. Exit codes prove nothing. */
public final class OutputCheck {

  /**
   * Files of one task, and the bytes of their names: a node reports a result in one piece, and the
   * server takes no more than a few megabytes of it.
   */
  static final int MOST_FILES = 20_000;

  private static final long MOST_NAME_BYTES = 2 << 20;

  /** What came of it. */
  public sealed interface Verdict permits Good, Bad {}

  /** Files that may be reported. */
  public record Good(List<Output> files) implements Verdict {}

  /** The task failed after all. */
  public record Bad(Failure failure) implements Verdict {}

  /**
   * A file that passed.
   *
   * @param path relative to the output folder
   * @param picture what it looks like; null: nobody knows
   */
  public record Output(String path, Path file, @Nullable Picture picture) {}

  private final RendererKit kit;
  private final Map<String, String> parameters;

  /**
   * @param parameters the job's, by name, with defaults
   */
  public OutputCheck(RendererKit kit, Map<String, String> parameters) {
    this.kit = kit;
    this.parameters = Map.copyOf(parameters);
  }

  /**
   * Checks files.
   *
   * @param output the session's output folder
   * @param paths relative to it, as the task named them
   */
  public Verdict check(OutputFolder output, List<String> paths) {
    Path folder = output.path();
    List<Output> files = new ArrayList<>();
    Set<String> each = new LinkedHashSet<>(paths);
    long nameBytes =
        each.stream().mapToLong(path -> path.getBytes(StandardCharsets.UTF_8).length).sum();
    if (each.size() > MOST_FILES || nameBytes > MOST_NAME_BYTES) {
      return new Bad(tooMany());
    }
    long bytes = 0;
    for (String path : each) {
      try {
        Path file = inside(folder, path);
        if (file == null) {
          return bad("output-outside", "'" + path + "' leads out of the folder for results.");
        }
        BasicFileAttributes attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
          return bad("output-outside", "'" + path + "' is not a plain file.");
        }
        if (attributes.size() == 0 && kit.isShipped()) {
          return bad("empty-output", "'" + path + "' is empty.");
        }
        bytes += attributes.size();
        var tooLarge = output.tooLarge(bytes);
        if (tooLarge.isPresent()) {
          return new Bad(tooLarge.get());
        }
        FileVerdict verdict = kit.judgeFile(file, path, parameters);
        Failure failure = verdict.failure();
        if (failure != null) {
          return new Bad(failure);
        }
        files.add(new Output(path, file, verdict.picture()));
      } catch (IllegalArgumentException e) {
        return bad("output-name", "A result cannot be kept: " + e.getMessage() + ".");
      } catch (IOException e) {
        return bad("no-output", "The file '" + path + "' was named as a result but is not there.");
      }
    }
    return new Good(files);
  }

  /**
   * Every new or changed file below the output folder, checked, for tasks that do not name their
   * files.
   */
  public Verdict checkAll(OutputFolder output) {
    Path folder = output.path();
    List<String> paths = new ArrayList<>();
    try (var walk = Files.walk(folder)) {
      walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .filter(path -> !output.isUnchanged(path))
          .map(path -> folder.relativize(path).toString())
          .limit(MOST_FILES + 1)
          .forEach(paths::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      return bad("no-output", "The folder for results cannot be read.");
    }
    Collections.sort(paths);
    return check(output, paths);
  }

  private static Failure tooMany() {
    return new Failure(
        "too-many-outputs",
        "The task made more files than a result may have: "
            + MOST_FILES
            + ", or 2 MiB of names. Pack them into an archive.",
        RetryClass.NEVER);
  }

  /** Null: the path, or a link on its way, leads out of the folder. */
  private static @Nullable Path inside(Path folder, String path) throws IOException {
    Path file = folder.resolve(WorkspacePath.check(path));
    Path real = folder.toRealPath();
    return file.toRealPath().equals(real.resolve(path)) ? real.resolve(path) : null;
  }

  private Bad bad(String code, String message) {
    RetryClass retry = kit.classOf(code);
    return new Bad(new Failure(code, message, retry));
  }
}
