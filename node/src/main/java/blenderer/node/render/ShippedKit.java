package blenderer.node.render;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import blenderer.renderers.ImageCheck;
import blenderer.renderers.RendererChecks;
import blenderer.renderers.RendererInfo;
import blenderer.renderers.ShippedRenderers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A renderer out of {@code renderers/}. */
public final class ShippedKit implements RendererKit {

  private static final Pattern PARAMETER = Pattern.compile("\\{\\{\\s*Param\\.(\\w+)\\s*}}");

  /** A picture with more is checked, and not looked at. */
  private static final long MOST_PIXELS = 256 << 20;

  private final RendererInfo info;
  private final byte[] template;
  private final Digest digest;
  private final RendererChecks checks;
  private final Path folder;
  private final Map<String, Path> uses;

  private ShippedKit(
      RendererInfo info,
      byte[] template,
      RendererChecks checks,
      Path folder,
      Map<String, Path> uses) {
    this.info = info;
    this.template = template;
    this.digest = Digest.of(template);
    this.checks = checks;
    this.folder = folder;
    this.uses = Map.copyOf(uses);
  }

  /**
   * One for each template that runs because it ships, laid out below {@code parent}. Templates for
   * commands of a submitter's own are none of them.
   */
  public static List<ShippedKit> all(Path parent) {
    ShippedRenderers shipped = ShippedRenderers.load();
    Map<String, Path> folders = new HashMap<>();
    for (String name : shipped.names()) {
      folders.put(name, shipped.extractTo(name, parent).toAbsolutePath());
    }
    List<ShippedKit> kits = new ArrayList<>();
    for (String name : shipped.names()) {
      RendererInfo info = shipped.info(name);
      Map<String, Path> uses = new HashMap<>(folders);
      uses.keySet().retainAll(info.uses());
      Path folder = folders.getOrDefault(name, parent);
      for (String file : info.commands() ? List.<String>of() : shipped.templateFiles(name)) {
        kits.add(
            new ShippedKit(info, shipped.file(name, file), shipped.checks(name), folder, uses));
      }
    }
    return kits;
  }

  /** How its program is found. */
  public RendererInfo info() {
    return info;
  }

  @Override
  public Map<String, Path> uses() {
    return uses;
  }

  @Override
  public String name() {
    return info.name();
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
  public FileVerdict judgeFile(Path file, String path, Map<String, String> parameters) {
    if (!checks.decodeWhole()) {
      return FileVerdict.UNSEEN;
    }
    Matcher parameter = PARAMETER.matcher(checks.size());
    String size =
        parameter.matches() ? parameters.getOrDefault(parameter.group(1), "") : checks.size();
    try {
      return switch (ImageCheck.check(file, size, MOST_PIXELS)) {
        case ImageCheck.Bad bad -> FileVerdict.bad(checks.failureOf(bad));
        case ImageCheck.Ok ok -> new FileVerdict(null, ok.picture());
      };
    } catch (IOException e) {
      return FileVerdict.bad(
          new Failure(
              "image-damaged",
              "'" + path + "' cannot be read back.",
              checks.retryOf("image-damaged")));
    } catch (IllegalArgumentException e) {
      return FileVerdict.bad(
          new Failure("image-size", "The job's " + e.getMessage() + ".", RetryClass.NEVER));
    }
  }

  @Override
  public RetryClass classOf(String code) {
    return checks.retryOf(code);
  }
}
