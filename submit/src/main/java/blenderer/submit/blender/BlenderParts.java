package blenderer.submit.blender;

import blenderer.renderers.RendererException;
import blenderer.renderers.ShippedRenderers;
import blenderer.submit.SubmitException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a submit needs of the shipped renderer {@code blender}.
 *
 * @param template the bytes of the job template
 * @param videoTemplate the bytes of the template that also makes a video
 * @param traceTemplate the template of a job that traces a scene on a node
 * @param traceScript the script that says what a scene needs, laid out on disk
 */
@SuppressWarnings("ArrayRecordComponent")
public record BlenderParts(
    byte[] template, byte[] videoTemplate, byte[] traceTemplate, Path traceScript) {

  private static final String NAME = "blender";

  /**
   * Lays the renderer's files out in a folder that may be used again and by others at once.
   *
   * @throws SubmitException {@code no-renderer}
   */
  public static BlenderParts layOut(Path folder) {
    try {
      ShippedRenderers shipped = ShippedRenderers.load();
      Files.createDirectories(folder);
      synchronized (BlenderParts.class) {
        try (FileChannel channel =
                FileChannel.open(
                    folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          if (!lock.isValid()) {
            throw new IOException("the lock is lost");
          }
          Path laidOut = shipped.extractTo(NAME, folder);
          return new BlenderParts(
              shipped.template(NAME),
              shipped.file(NAME, "video-template.yaml"),
              shipped.file(NAME, "trace-template.yaml"),
              laidOut.resolve("trace.py"));
        }
      }
    } catch (IOException
        | UncheckedIOException
        | RendererException
        | OverlappingFileLockException e) {
      throw new SubmitException(
          "no-renderer",
          "The files that read a scene cannot be laid out in '" + folder + "'.",
          "Look whether the folder may be written and has room; else install Blenderer anew.",
          List.of(String.valueOf(e.getMessage())),
          e);
    }
  }
}
