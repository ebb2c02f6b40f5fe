package blenderer.submit.bundle;

import blenderer.model.Requirement;
import blenderer.openjd.ParameterDefinition;
import blenderer.openjd.Templates;
import blenderer.renderers.RendererInfo;
import blenderer.renderers.ShippedRenderers;
import blenderer.submit.SubmitException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scene for one of the shipped renderers, as a bundle: the renderer's template, the scene with
 * the files it names, and what the scene itself says of its frames.
 *
 * @param values for the template's parameters, as far as the scene says
 * @param title what the job is called if nobody says otherwise
 * @param warnings what a person should know
 */
public record RendererJob(
    JobBundle bundle,
    Map<String, String> values,
    List<Requirement> requirements,
    String title,
    List<String> warnings) {

  /** The renderer that is chosen for a file by its name; null: there is none. */
  public static @Nullable RendererInfo rendererFor(Path file, ShippedRenderers shipped) {
    String name = String.valueOf(file.getFileName());
    for (String renderer : shipped.names()) {
      RendererInfo info = shipped.info(renderer);
      if (info.scenes() != null && info.scenes().takes(name)) {
        return info;
      }
    }
    return null;
  }

  /** All endings that a renderer takes, for a person. */
  public static String knownTypes(ShippedRenderers shipped) {
    return shipped.names().stream()
        .map(shipped::info)
        .filter(info -> info.scenes() != null)
        .map(
            info ->
                info.title()
                    + ": "
                    + info.scenes().types().stream().sorted().collect(Collectors.joining(" ")))
        .collect(Collectors.joining(", "));
  }

  /** The parameters of a shipped template. */
  public static List<String> parameters(byte[] template) {
    return Templates.parseJob(template, "template") instanceof Templates.Parsed parsed
        ? parsed.template().parameters().stream().map(ParameterDefinition::name).toList()
        : List.of();
  }

  /**
   * Looks at a scene.
   *
   * @param named as a person wrote it
   * @param allowHoles whether a sequence may lack numbers between its first and its last
   * @throws SubmitException {@code scene-not-found}, {@code missing-files}
   */
  public static RendererJob of(RendererInfo info, byte[] template, Path named, boolean allowHoles) {
    RendererInfo.Scenes scenes = info.scenes();
    if (scenes == null) {
      throw new IllegalArgumentException("the renderer " + info.name() + " takes no files");
    }
    List<Requirement> requirements = List.of(new Requirement(info.name(), "", List.of()));
    return scenes.sequence() == null
        ? scene(info, scenes, template, named, requirements)
        : sequence(info, scenes, scenes.sequence(), template, named, allowHoles, requirements);
  }

  private static RendererJob scene(
      RendererInfo info,
      RendererInfo.Scenes scenes,
      byte[] template,
      Path named,
      List<Requirement> requirements) {
    Path scene = named.toAbsolutePath().normalize();
    if (!Files.isRegularFile(scene)) {
      throw new SubmitException(
          "scene-not-found",
          "There is no file '" + named + "'.",
          "Look at the spelling and at the folder you are in.");
    }
    SceneReferences references = SceneReferences.of(scene, scenes);
    Map<String, String> values = new LinkedHashMap<>();
    values.put(scenes.parameter(), scene.toString());
    if (references.last() != null) {
      String first = references.first() == null ? "1" : references.first();
      values.put(
          "Frames", first.equals(references.last()) ? first : first + "-" + references.last());
    }
    List<String> warnings = new ArrayList<>();
    for (Path file : references.absolute()) {
      warnings.add(
          "The scene names '"
              + file
              + "' by its whole path, which a node does not have; name it relative to the scene.");
    }
    String name = String.valueOf(scene.getFileName());
    int dot = name.lastIndexOf('.');
    return new RendererJob(
        bundle(info, template, references.base(), references.files()),
        values,
        requirements,
        dot > 0 ? name.substring(0, dot) : name,
        warnings);
  }

  private static RendererJob sequence(
      RendererInfo info,
      RendererInfo.Scenes scenes,
      RendererInfo.Sequence numbered,
      byte[] template,
      Path named,
      boolean allowHoles,
      List<Requirement> requirements) {
    ImageSequence sequence = ImageSequence.of(named);
    if (sequence.holes() > 0 && !allowHoles) {
      throw new SubmitException(
          "missing-files",
          "The sequence '"
              + named
              + "' lacks "
              + sequence.holes()
              + (sequence.holes() == 1 ? " image." : " images."),
          "Render them, or name the frames that shall be used with --frames; --allow-missing uses"
              + " those that are there.",
          List.of("there are " + sequence.frames() + " of " + sequence.wholeRange()),
          null);
    }
    List<Path> files = List.copyOf(sequence.members().values());
    Path first = files.getFirst();
    Map<String, String> values = new LinkedHashMap<>();
    values.put(scenes.parameter(), first.toString());
    values.put(numbered.pattern(), sequence.pattern());
    values.put(numbered.frames(), sequence.frames());
    Path folder = first.getParent();
    return new RendererJob(
        bundle(info, template, folder == null ? first : folder, files),
        values,
        requirements,
        sequence.title().isEmpty() ? info.title() : sequence.title(),
        List.of());
  }

  private static JobBundle bundle(RendererInfo info, byte[] template, Path base, List<Path> files) {
    return new JobBundle(
        base,
        info.title(),
        template,
        Map.of(),
        Map.of(),
        new JobBundle.Assets(files, List.of(), List.of(), List.of()),
        List.of());
  }
}
