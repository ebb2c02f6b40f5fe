package blenderer.renderers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The parsed {@code renderer.yaml} of a renderer's folder: how a node finds its program, and which
 * files a submitter takes for its scenes. {@code docs/renderers.md} describes the file.
 *
 * @param name the folder's name
 * @param title what people call it
 * @param program what a node looks for; null: nothing, it can be run anywhere
 * @param uses other renderers whose programs and files its scripts call
 * @param commands whether its template runs what the submitter types, and is treated as a template
 *     of their own for that reason
 * @param scenes which files it renders; null: it is not chosen by a file
 */
public record RendererInfo(
    String name,
    String title,
    @Nullable Program program,
    List<String> uses,
    boolean commands,
    @Nullable Scenes scenes) {

  public RendererInfo {
    uses = List.copyOf(uses);
  }

  /**
   * A program and how to ask it what it is.
   *
   * @param names of the file, looked for along the PATH
   * @param ask arguments; {@code {folder}} in them is the renderer's folder
   * @param version its first group is the version in what the program prints; null: {@code json}
   *     says
   * @param json its first group is a JSON object with {@code version} and {@code features}; null:
   *     {@code version} says
   */
  public record Program(
      List<String> names,
      List<String> ask,
      @Nullable Pattern version,
      @Nullable Pattern json,
      List<Features> features) {
    public Program {
      names = List.copyOf(names);
      ask = List.copyOf(ask);
      features = List.copyOf(features);
    }
  }

  /**
   * A question about what a build can do.
   *
   * @param ask arguments, as for the version
   * @param match each match's first group is a feature
   */
  public record Features(List<String> ask, Pattern match) {
    public Features {
      ask = List.copyOf(ask);
    }
  }

  /**
   * The files that a renderer is chosen for.
   *
   * @param types endings with the dot, in lower case
   * @param parameter the template's PATH parameter that takes the file; empty: the renderer has a
   *     tracer of its own
   * @param references each match's first group may be the path of a further file that goes along,
   *     relative to the file that names it or to the scene
   * @param follow endings of files that are searched for references
   * @param firstFrame its first group in the scene is the first frame; null: not known
   * @param lastFrame its first group in the scene is the last frame; null: not known
   * @param sequence null: the file stands for itself
   */
  public record Scenes(
      Set<String> types,
      String parameter,
      List<Pattern> references,
      Set<String> follow,
      @Nullable Pattern firstFrame,
      @Nullable Pattern lastFrame,
      @Nullable Sequence sequence) {
    public Scenes {
      types = Set.copyOf(types);
      references = List.copyOf(references);
      follow = Set.copyOf(follow);
    }

    /** Whether a file of this name is one of them. */
    public boolean takes(String fileName) {
      String lower = fileName.toLowerCase(Locale.ROOT);
      return types.stream().anyMatch(lower::endsWith);
    }
  }

  /**
   * The file is one of a numbered sequence, and all of it goes along.
   *
   * @param pattern the template's parameter for the name with {@code %04d} in it
   * @param frames the template's parameter for the numbers
   */
  public record Sequence(String pattern, String frames) {}

  /**
   * Parses the text of a {@code renderer.yaml}.
   *
   * @throws RendererException naming the renderer and what is wrong
   */
  public static RendererInfo parse(String name, String yaml) {
    try {
      Object root =
          new Load(LoadSettings.builder().setLabel(name + "/renderer.yaml").build())
              .loadFromString(yaml);
      Map<?, ?> map = mapping(root, "the file");
      known(map, "version", "title", "program", "uses", "permission", "scenes");
      if (!Integer.valueOf(1).equals(map.get("version"))) {
        throw new IllegalArgumentException("its version is not 1");
      }
      Object program = map.get("program");
      Object scenes = map.get("scenes");
      return new RendererInfo(
          name,
          text(map.get("title"), "title"),
          program == null ? null : program(mapping(program, "program")),
          texts(map.get("uses"), "uses"),
          commands(map.get("permission")),
          scenes == null ? null : scenes(mapping(scenes, "scenes")));
    } catch (YamlEngineException | IllegalArgumentException e) {
      throw new RendererException(
          "renderer.yaml of renderer '" + name + "' is broken: " + e.getMessage(), e);
    }
  }

  private static boolean commands(@Nullable Object permission) {
    if (permission == null || permission.equals("templates")) {
      return false;
    }
    if (permission.equals("commands")) {
      return true;
    }
    throw new IllegalArgumentException("permission is neither templates nor commands");
  }

  private static Program program(Map<?, ?> map) {
    known(map, "names", "ask", "version", "json", "features");
    Pattern version = pattern(map.get("version"), "program/version");
    Pattern json = pattern(map.get("json"), "program/json");
    if ((version == null) == (json == null)) {
      throw new IllegalArgumentException("program needs one of version and json");
    }
    List<String> names = texts(map.get("names"), "program/names");
    if (names.isEmpty() || names.stream().anyMatch(one -> one.isEmpty() || one.contains("/"))) {
      throw new IllegalArgumentException("program/names must be names of files, without a path");
    }
    List<Features> features = new ArrayList<>();
    for (Object one : list(map.get("features"), "program/features")) {
      Map<?, ?> feature = mapping(one, "an entry of program/features");
      known(feature, "ask", "match");
      Pattern match = pattern(feature.get("match"), "program/features/match");
      if (match == null) {
        throw new IllegalArgumentException("an entry of program/features has no match");
      }
      features.add(new Features(texts(feature.get("ask"), "program/features/ask"), match));
    }
    return new Program(names, texts(map.get("ask"), "program/ask"), version, json, features);
  }

  private static Scenes scenes(Map<?, ?> map) {
    known(map, "types", "parameter", "references", "follow", "frames", "sequence");
    List<Pattern> references = new ArrayList<>();
    for (String one : texts(map.get("references"), "scenes/references")) {
      Pattern reference = pattern(one, "scenes/references");
      if (reference != null) {
        references.add(reference);
      }
    }
    Object frames = map.get("frames");
    Map<?, ?> range = frames == null ? Map.of() : mapping(frames, "scenes/frames");
    known(range, "first", "last");
    Object sequence = map.get("sequence");
    Map<?, ?> numbered = sequence == null ? Map.of() : mapping(sequence, "scenes/sequence");
    known(numbered, "pattern", "frames");
    return new Scenes(
        endings(map.get("types"), "scenes/types"),
        map.get("parameter") == null ? "" : text(map.get("parameter"), "scenes/parameter"),
        references,
        endings(map.get("follow"), "scenes/follow"),
        pattern(range.get("first"), "scenes/frames/first"),
        pattern(range.get("last"), "scenes/frames/last"),
        sequence == null
            ? null
            : new Sequence(
                text(numbered.get("pattern"), "scenes/sequence/pattern"),
                text(numbered.get("frames"), "scenes/sequence/frames")));
  }

  private static Set<String> endings(@Nullable Object value, String what) {
    List<String> endings = texts(value, what);
    for (String ending : endings) {
      if (!ending.startsWith(".") || !ending.equals(ending.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "'" + ending + "' of " + what + " is no ending such as .pov");
      }
    }
    return Set.copyOf(endings);
  }

  private static void known(Map<?, ?> map, String... keys) {
    for (Object key : map.keySet()) {
      if (!List.of(keys).contains(key)) {
        throw new IllegalArgumentException("'" + key + "' is none of " + String.join(", ", keys));
      }
    }
  }

  private static @Nullable Pattern pattern(@Nullable Object value, String what) {
    if (value == null) {
      return null;
    }
    try {
      Pattern pattern = Pattern.compile(text(value, what), Pattern.MULTILINE);
      if (pattern.matcher("").groupCount() < 1) {
        throw new IllegalArgumentException("the pattern of " + what + " has no group");
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("the pattern of " + what + ": " + e.getMessage(), e);
    }
  }

  private static Map<?, ?> mapping(@Nullable Object value, String what) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(what + " is no mapping");
  }

  private static List<?> list(@Nullable Object value, String what) {
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> items) {
      return items;
    }
    throw new IllegalArgumentException(what + " is no list");
  }

  private static List<String> texts(@Nullable Object value, String what) {
    List<String> texts = new ArrayList<>();
    for (Object one : list(value, what)) {
      texts.add(text(one, what));
    }
    return texts;
  }

  private static String text(@Nullable Object value, String what) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(what + " is no text, but " + value);
  }
}
