package blenderer.submit.blender;

import blenderer.model.Digest;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.model.Version;
import blenderer.submit.SceneTrace;
import blenderer.submit.SubmitException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which Blender a job asks for. {@code docs/decisions/which-blender.md} says why the usual choice
 * is what it is.
 *
 * @param warnings what a person should know before the job renders
 */
public record BlenderChoice(Requirement requirement, List<String> warnings) {

  private static final Pattern VERSION = Pattern.compile("\\d{1,6}\\.\\d{1,6}(\\.\\d{1,6})?");
  private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{6,64}");
  private static final String ANY = "any";
  private static final String BUILD = "build:";

  public BlenderChoice {
    warnings = List.copyOf(warnings);
  }

  /**
   * The Blenders of the farm.
   *
   * @param online of the nodes that are there now
   * @param known of all nodes that ever were
   */
  public record Farm(List<Renderer> online, List<Renderer> known) {
    public Farm {
      online = List.copyOf(online);
      known = List.copyOf(known);
    }
  }

  /**
   * Decides.
   *
   * @param asked {@code 3.4}, {@code 3.4.1}, {@code build:} and the beginning of a digest, or
   *     {@code any}; null: nobody said
   * @throws SubmitException when what was asked for makes no sense for this scene and farm
   */
  public static BlenderChoice of(@Nullable String asked, SceneTrace scene, Farm farm) {
    Requirement plain = new Requirement(scene.renderer(), scene.atLeast(), scene.features());
    if (asked == null) {
      return usual(plain, farm);
    }
    if (asked.equals(ANY)) {
      return new BlenderChoice(plain, List.of());
    }
    Requirement pinned =
        asked.startsWith(BUILD)
            ? pinned(plain, "", build(asked.substring(BUILD.length()), farm, plain))
            : pinned(plain, version(asked, plain), "");
    return new BlenderChoice(pinned, absence(pinned, farm).stream().toList());
  }

  /** Whether {@code text} is one of the forms; says nothing about the farm. */
  public static boolean isForm(String text) {
    return text.equals(ANY)
        || VERSION.matcher(text).matches()
        || (text.startsWith(BUILD) && BEGINNING.matcher(text.substring(BUILD.length())).matches());
  }

  private static Requirement pinned(Requirement plain, String version, String build) {
    return new Requirement(plain.renderer(), plain.atLeast(), plain.features(), version, build);
  }

  /** The series that made the scene, if somebody has it; else whatever can open it. */
  private static BlenderChoice usual(Requirement plain, Farm farm) {
    if (plain.atLeast().isEmpty()) {
      return new BlenderChoice(plain, List.of());
    }
    Requirement series = pinned(plain, plain.atLeast(), "");
    if (farm.online().stream().anyMatch(series::fits)) {
      return new BlenderChoice(series, List.of());
    }
    Optional<Renderer> nearest =
        farm.online().stream()
            .filter(plain::fits)
            .min(Comparator.comparing(one -> Version.parse(one.version())));
    List<String> warnings =
        nearest.isEmpty()
            ? absence(plain, farm).stream().toList()
            : List.of(
                "The scene was made with Blender "
                    + plain.atLeast()
                    + ", which no node has; it is rendered by "
                    + nearest.get().version()
                    + " or newer and may look different. '--blender-version "
                    + plain.atLeast()
                    + "' waits for a node that has it.");
    return new BlenderChoice(plain, warnings);
  }

  private static Optional<String> absence(Requirement wanted, Farm farm) {
    if (farm.online().stream().anyMatch(wanted::fits)) {
      return Optional.empty();
    }
    List<Renderer> there =
        farm.online().stream().filter(one -> one.name().equals(wanted.renderer())).toList();
    return Optional.of(
        "No node that is online has "
            + wanted.describe()
            + "; the job waits until one has. "
            + (there.isEmpty() ? "There is no Blender at all now." : "There is " + list(there)));
  }

  private static String list(List<Renderer> renderers) {
    return renderers.stream()
            .map(Renderer::label)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "))
        + ".";
  }

  private static String version(String asked, Requirement plain) {
    if (!VERSION.matcher(asked).matches()) {
      throw new SubmitException(
          "bad-blender-version",
          "'" + asked + "' names no version of Blender.",
          "Use a series such as 3.4, a version such as 3.4.1, build:DIGEST, or any.");
    }
    if (!plain.atLeast().isEmpty()) {
      Version oldest = Version.parse(plain.atLeast());
      Version wanted = Version.parse(asked);
      if (wanted.compareTo(oldest) < 0 && !oldest.isWithin(wanted)) {
        throw new SubmitException(
            "scene-newer",
            "The scene was saved by Blender "
                + oldest
                + ", which Blender "
                + wanted
                + " cannot open.",
            "Ask for Blender " + oldest + " or newer, or save the scene with an older one.");
      }
    }
    return asked;
  }

  private static String build(String beginning, Farm farm, Requirement plain) {
    List<Renderer> found =
        BEGINNING.matcher(beginning).matches()
            ? Stream.concat(farm.online().stream(), farm.known().stream())
                .filter(one -> one.name().equals(plain.renderer()))
                .filter(one -> one.build().startsWith(beginning))
                .toList()
            : List.of();
    List<String> builds = found.stream().map(Renderer::build).distinct().toList();
    if (builds.size() == 1) {
      return builds.getFirst();
    }
    if (builds.isEmpty() && Digest.isValid(beginning)) {
      return beginning;
    }
    List<String> details = new ArrayList<>();
    Stream.concat(farm.online().stream(), farm.known().stream())
        .filter(one -> one.name().equals(plain.renderer()) && !one.build().isEmpty())
        .map(one -> one.version() + "  " + one.build())
        .distinct()
        .sorted()
        .forEach(details::add);
    throw new SubmitException(
        builds.isEmpty() ? "build-unknown" : "build-ambiguous",
        builds.isEmpty()
            ? "No node of the farm has a Blender whose build begins with '" + beginning + "'."
            : builds.size() + " builds begin with '" + beginning + "'.",
        "Name the build with at least six digits that are its own; 'blenderer nodes' shows them.",
        details,
        null);
  }
}
