package blenderer.submit.blender;

import blenderer.submit.SubmitException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks to render otherwise than the scene says, as values of the template's
 * parameters. Whatever is not in here stays as the artist saved it. Whether the scene has such a
 * camera or view layer is said by the trace, which follows the same overrides.
 *
 * @param values parameter names to values, none of them empty, in a fixed order
 */
public record SceneOverrides(Map<String, String> values) {

  /** The parameters that are overrides; they are those of {@code overrides.py}. */
  static final List<String> NAMES =
      List.of(
          "Engine",
          "Samples",
          "Resolution",
          "Percentage",
          "Camera",
          "ViewLayers",
          "ImageFormat",
          "SceneName");

  private static final Pattern RESOLUTION = Pattern.compile("([1-9]\\d{0,4})x([1-9]\\d{0,4})");
  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,7}");

  /** No override: the scene as it is. */
  public static final SceneOverrides NONE = new SceneOverrides(Map.of());

  /**
   * Takes the overrides out of a template's values.
   *
   * @throws SubmitException {@code bad-override}
   */
  public SceneOverrides {
    Map<String, String> known = new LinkedHashMap<>();
    for (String name : NAMES) {
      String value = values.get(name);
      if (value != null && !value.isEmpty()) {
        check(name, value);
        known.put(name, value);
      }
    }
    if (known.containsKey("Resolution")) {
      // Who asks for a size gets images of that size, whatever part of its own the scene renders.
      known.putIfAbsent("Percentage", "100");
    }
    values = Map.copyOf(known);
  }

  /** A list of names in the form that the parameter {@code ViewLayers} takes. */
  public static String viewLayers(List<String> names) {
    return names.stream()
        .map(name -> "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static void check(String name, String value) {
    if (value.chars().anyMatch(c -> c < ' ')) {
      throw bad(name, value, "Give a name without line breaks.");
    }
    switch (name) {
      case "Resolution" -> {
        if (!RESOLUTION.matcher(value).matches()) {
          throw bad("resolution", value, "Write width and height, such as 1920x1080.");
        }
      }
      case "Percentage", "Samples" -> {
        if (!NUMBER.matcher(value).matches()) {
          throw bad(name, value, "Write a whole number above 0, such as 50.");
        }
      }
      default -> {}
    }
  }

  private static SubmitException bad(String name, String value, String next) {
    return new SubmitException(
        "bad-override", "'" + value + "' is no " + name.toLowerCase(Locale.ROOT) + ".", next);
  }

  /** For the trace: {@code NAME=VALUE} each. */
  List<String> assignments() {
    return NAMES.stream()
        .filter(values::containsKey)
        .map(name -> name + "=" + values.get(name))
        .toList();
  }

  /** The scene inside the file; null: the active one. */
  @Nullable String sceneName() {
    return values.get("SceneName");
  }

  /** In words, such as {@code Engine CYCLES, Samples 4}; empty if there is none. */
  public String inWords() {
    return NAMES.stream()
        .filter(values::containsKey)
        .map(name -> name + " " + values.get(name))
        .collect(Collectors.joining(", "));
  }
}
