package blenderer.node.render;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A template of a person's own. Nothing is known of its results: exit code 0 is success. */
public final class ForeignKit implements RendererKit {

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
  public Optional<Failure> judgeFile(Path file, String path, Map<String, String> parameters) {
    return Optional.empty();
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
