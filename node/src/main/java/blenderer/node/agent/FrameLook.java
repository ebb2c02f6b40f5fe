package blenderer.node.agent;

import blenderer.model.WorkspacePath;
import blenderer.node.outbox.Result;
import blenderer.node.render.OutputCheck;
import blenderer.node.render.OutputFolder;
import blenderer.openjd.Directive;
import blenderer.renderers.ImageCheck;
import blenderer.renderers.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a task's picture among its files, and a small one of it for people. */
final class FrameLook {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  /** A file that is no larger than a preview, in pixels and bytes, is its own preview. */
  private static final long OWN_PREVIEW_BYTES = 256 << 10;

  private static final long MOST_PIXELS = 256 << 20;

  private final boolean trusted;

  /**
   * @param trusted whether what the renderer says of its results comes from a driver that ships
   */
  FrameLook(boolean trusted) {
    this.trusted = trusted;
  }

  /**
   * Looks. A picture that cannot be shown is no fault of the task.
   *
   * @param files what the task made, checked
   * @param told what the renderer said of them
   */
  Result.@Nullable Seen look(
      List<OutputCheck.Output> files, Directive.@Nullable Look told, OutputFolder output) {
    OutputCheck.Output main = main(files, told);
    if (main == null) {
      return null;
    }
    try {
      Picture shown = told == null || !trusted ? null : shown(told, output);
      if (shown != null) {
        return new Result.Seen(main.path(), meant(shown, told), shown.small().jpeg());
      }
      Picture picture = main.picture();
      if (picture == null) {
        return null;
      }
      boolean small =
          Math.max(picture.width(), picture.height()) <= Picture.LONGEST_SIDE
              && Files.size(main.file()) <= OWN_PREVIEW_BYTES;
      return new Result.Seen(
          main.path(), meant(picture, told), small ? null : picture.small().jpeg());
    } catch (IOException | RuntimeException e) {
      LOG.warn("'{}' has no preview: {}", main.path(), e.toString());
      return null;
    }
  }

  /**
   * The colour of missing textures is the artist's where all of them could be read, and in pictures
   * of renderers that say nothing of theirs: no other paints in that colour what is missing.
   */
  private Picture meant(Picture picture, Directive.@Nullable Look told) {
    boolean doubt = trusted && told != null && !told.textures().orElse("").equals("read");
    return doubt ? picture : picture.withoutPink();
  }

  /** The file that the renderer calls the picture; else the first that is seen to be one. */
  private static OutputCheck.@Nullable Output main(
      List<OutputCheck.Output> files, Directive.@Nullable Look told) {
    if (told != null) {
      for (OutputCheck.Output file : files) {
        if (file.path().equals(told.image().orElse(""))) {
          return file;
        }
      }
      if (told.shown().isPresent() && !files.isEmpty()) {
        return files.getFirst();
      }
    }
    return files.stream().filter(file -> file.picture() != null).findFirst().orElse(null);
  }

  private static @Nullable Picture shown(Directive.Look told, OutputFolder output)
      throws IOException {
    if (told.shown().isEmpty()) {
      return null;
    }
    Path session = output.path().toRealPath().getParent();
    if (session == null) {
      return null;
    }
    Path file = session.resolve(WorkspacePath.check(told.shown().get()));
    if (!file.toRealPath().equals(file)) {
      throw new IOException("a link leads to its preview");
    }
    Path taken = output.takeShown(file);
    try {
      return ImageCheck.check(taken, MOST_PIXELS) instanceof ImageCheck.Ok ok ? ok.picture() : null;
    } finally {
      Files.delete(taken);
    }
  }
}
