package blenderer.node.render;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import blenderer.renderers.ImageCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A template of a person's own. Nothing is known of its results: exit code 0 is success. Only PNG
 * images are looked at, since what reads them here is safe with whatever a person's own command
 * wrote.
 */
public final class ForeignKit implements RendererKit {

  private static final long MOST_BYTES = 64 << 20;
  private static final long MOST_PIXELS = 16 << 20;

  private final byte[] template;
  private final Path nowhere;

  /**
   * @param nowhere an existing folder without anything of worth; absolute
   */
  public ForeignKit(byte[] template, Path nowhere) {
    this.template = template.clone();
    this.nowhere = nowhere;
  }

  @Override
  public boolean isShipped() {
    return false;
  }

  @Override
  public String name() {
    return "command";
  }

  @Override
  public Digest template() {
    return Digest.of(template);
  }

  @Override
  public byte[] templateBytes() {
    return template.clone();
  }

  @Override
  public Path folder() {
    return nowhere;
  }

  @Override
  public Optional<Failure> judgeLine(String line) {
    return Optional.empty();
  }

  @Override
  public FileVerdict judgeFile(Path file, String path, Map<String, String> parameters) {
    try {
      return path.toLowerCase(Locale.ROOT).endsWith(".png")
              && Files.size(file) <= MOST_BYTES
              && ImageCheck.check(file, MOST_PIXELS) instanceof ImageCheck.Ok ok
          ? new FileVerdict(null, ok.picture())
          : FileVerdict.UNSEEN;
    } catch (IOException e) {
      return FileVerdict.UNSEEN;
    }
  }

  /** A command that fails may do better the next time, unless it cannot even be understood. */
  @Override
  public RetryClass classOf(String code) {
    return switch (code) {
      case "template-unresolved", "path-outside", "output-name" -> RetryClass.NEVER;
      default -> RetryClass.HERE;
    };
  }
}
