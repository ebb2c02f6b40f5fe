package blenderer.submit.bundle;

import blenderer.openjd.Templates;
import blenderer.submit.SubmitException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads job bundles. */
public final class BundleReader {

  private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

  private BundleReader() {}

  /** Whether a file that a person named is a template and no scene. */
  public static boolean isTemplate(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  /**
   * Reads a folder with {@code template.yaml} or {@code template.json}, or a template alone: the
   * files beside it are then not looked at.
   *
   * @param named as a person wrote it
   * @throws SubmitException {@code scene-not-found}, {@code no-template}, {@code bundle-invalid},
   *     {@code bundle-unreadable}
   */
  public static JobBundle read(Path named) {
    Path path = named.toAbsolutePath().normalize();
    if (!Files.exists(path)) {
      throw new SubmitException(
          "scene-not-found",
          "There is no file '" + named + "'.",
          "Look at the spelling and at the folder you are in.");
    }
    if (!Files.isDirectory(path)) {
      Path parent = path.getParent();
      return JobBundle.of(
          parent == null ? path : parent, named.toString(), Yaml.bytes(path, Templates.MOST_BYTES));
    }
    Path template = one(path, "template");
    if (template == null) {
      throw new SubmitException(
          "no-template",
          "The folder '" + named + "' holds neither template.yaml nor template.json.",
          "Name a folder with a job bundle, a template, or a scene.");
    }
    List<String> notes = new ArrayList<>();
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, String> service = new LinkedHashMap<>();
    Path given = one(path, "parameter_values");
    if (given != null) {
      values(given, values, service);
    }
    Path assets = one(path, "asset_references");
    Path hooks = one(path, "hooks");
    if (hooks != null) {
      notes.add("'" + hooks + "' is not run: Blenderer starts no programs while it submits.");
    }
    return new JobBundle(
        path,
        named.resolve(template.getFileName()).toString(),
        Yaml.bytes(template, Templates.MOST_BYTES),
        values,
        service,
        assets == null ? JobBundle.Assets.NONE : assets(path, assets),
        notes);
  }

  /** The file of that name with one of the endings. */
  private static @Nullable Path one(Path folder, String name) {
    List<Path> found =
        ENDINGS.stream()
            .map(ending -> folder.resolve(name + ending))
            .filter(Files::exists)
            .toList();
    if (found.size() > 1) {
      throw new SubmitException(
          "bundle-invalid",
          "The bundle holds both '" + found.get(0) + "' and '" + found.get(1) + "'.",
          "Remove one of them.");
    }
    return found.isEmpty() ? null : found.getFirst();
  }

  private static void values(Path file, Map<String, String> values, Map<String, String> service) {
    Yaml.Value list = need(file, "parameterValues");
    for (Yaml.Value item : list.items()) {
      Map<String, Yaml.Value> fields = item.fields();
      Yaml.Value name = fields.get("name");
      Yaml.Value value = fields.get("value");
      if (name == null || value == null || fields.size() != 2) {
        throw item.wrong("must have 'name' and 'value' and nothing else");
      }
      Map<String, String> into = name.text().contains(":") ? service : values;
      if (into.put(name.text(), value.textOrJson()) != null) {
        throw name.wrong("name, '" + name.text() + "', stands twice");
      }
    }
  }

  private static JobBundle.Assets assets(Path folder, Path file) {
    Map<String, Yaml.Value> fields = need(file, "assetReferences").fields();
    checkKeys(fields, "inputs", "outputs", "referencedPaths");
    Map<String, Yaml.Value> inputs = fieldsOf(fields.get("inputs"));
    checkKeys(inputs, "filenames", "directories");
    Map<String, Yaml.Value> outputs = fieldsOf(fields.get("outputs"));
    checkKeys(outputs, "directories");
    return new JobBundle.Assets(
        paths(folder, inputs.get("filenames")),
        paths(folder, inputs.get("directories")),
        paths(folder, outputs.get("directories")),
        paths(folder, fields.get("referencedPaths")));
  }

  private static Yaml.Value need(Path file, String key) {
    Yaml.Value root = Yaml.read(file);
    Map<String, Yaml.Value> fields = root.fields();
    Yaml.Value value = fields.get(key);
    if (value == null || fields.size() != 1) {
      throw root.wrong("must have the one key '" + key + "'");
    }
    return value;
  }

  private static Map<String, Yaml.Value> fieldsOf(Yaml.@Nullable Value value) {
    return value == null ? Map.of() : value.fields();
  }

  private static void checkKeys(Map<String, Yaml.Value> fields, String... known) {
    fields.forEach(
        (key, value) -> {
          if (Stream.of(known).noneMatch(key::equals)) {
            throw value.wrong(
                "belongs to '" + key + "', which is none of " + String.join(", ", known));
          }
        });
  }

  private static List<Path> paths(Path folder, Yaml.@Nullable Value list) {
    List<Path> paths = new ArrayList<>();
    for (Yaml.Value item : list == null ? List.<Yaml.Value>of() : list.items()) {
      try {
        paths.add(folder.resolve(item.text()).normalize());
      } catch (InvalidPathException e) {
        throw item.wrong("path cannot be one on this system");
      }
    }
    return paths;
  }
}
