package blenderer.node.render;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import blenderer.renderers.ImageCheck;
import blenderer.renderers.RendererChecks;
import blenderer.renderers.ShippedRenderers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A renderer out of {@code renderers/}. */
public final class ShippedKit implements RendererKit {

  private static final Pattern PARAMETER = Pattern.compile("\\{\\{\\s*Param\\.(\\w+)\\s*}}");

  private final String name;
  private final byte[] template;
  private final Digest digest;
  private final RendererChecks checks;
  private final Path folder;

  private ShippedKit(ShippedRenderers shipped, String name, Path parent) {
    this.name = name;
    this.template = shipped.template(name);
    this.digest = shipped.templateDigest(name);
    this.checks = shipped.checks(name);
    this.folder = shipped.extractTo(name, parent).toAbsolutePath();
  }

  /** All that ship, laid out below {@code parent}. */
  public static List<RendererKit> all(Path parent) {
    ShippedRenderers shipped = ShippedRenderers.load();
    List<RendererKit> kits = new ArrayList<>();
    for (String name : shipped.names()) {
      kits.add(new ShippedKit(shipped, name, parent));
    }
    return kits;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Digest template() {
    return digest;
  }

  @Override
  public byte[] templateBytes() {
    return template.clone();
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Optional<Failure> judgeLine(String line) {
    return checks.logRules().judge(line);
  }

  @Override
  public Optional<Failure> judgeFile(Path file, String path, Map<String, String> parameters) {
    if (!checks.decodeWhole()) {
      return Optional.empty();
    }
    Matcher parameter = PARAMETER.matcher(checks.size());
    String size =
        parameter.matches() ? parameters.getOrDefault(parameter.group(1), "") : checks.size();
    try {
      return ImageCheck.check(file, size) instanceof ImageCheck.Bad bad
          ? Optional.of(checks.failureOf(bad))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          new Failure(
              "image-damaged",
              "'" + path + "' cannot be read back.",
              checks.retryOf("image-damaged")));
    } catch (IllegalArgumentException e) {
      return Optional.of(
          new Failure("image-size", "The job's " + e.getMessage() + ".", RetryClass.NEVER));
    }
  }

  @Override
  public RetryClass classOf(String code) {
    return checks.retryOf(code);
  }
}
