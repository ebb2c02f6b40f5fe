package blenderer.submit.blender;

import blenderer.api.Json;
import blenderer.model.WorkspacePath;
import blenderer.submit.SubmitException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The submitter's files as a node sees them when it traces: each at its own absolute path below one
 * folder of the job, so that what a path in the scene leads to can be told from where it leads
 * there. Scenes and libraries are there whole, of all other files only the name: a trace asks which
 * there are, not what is in them. Touches the disk, sends nothing.
 */
final class MirroredFiles {

  /** The folder of the job; no other begins with it. */
  private static final String ROOT = "_at";

  private static final Pattern NUMBERED = Pattern.compile("(.*?)\\d+(\\D*)", Pattern.DOTALL);
  private static final int MOST_NAMES = 50_000;

  private final Path scene;
  private final SceneDisk disk;
  private final Map<String, Path> whole = new TreeMap<>();
  private final Map<String, Path> names = new TreeMap<>();

  MirroredFiles(Path scene) {
    this(scene, SceneDisk.REAL);
  }

  /**
   * @param disk where the scene and its files are
   */
  MirroredFiles(Path scene, SceneDisk disk) {
    this.scene = scene;
    this.disk = disk;
    whole.put(inside(scene), scene);
  }

  /** The scene's path among the job's files. */
  String scenePath() {
    return inside(scene);
  }

  /** Workspace path to the file, for those that are sent. */
  Map<String, Path> whole() {
    return whole;
  }

  /** Content that is no file here: the path map, and an empty file for each name. */
  Map<String, byte[]> made(String pathMap) {
    Map<String, byte[]> made = new LinkedHashMap<>();
    Map<String, String> originals = new TreeMap<>();
    whole.forEach((path, file) -> originals.put(path, file.toString()));
    names.forEach((path, file) -> originals.put(path, file.toString()));
    try {
      made.put(pathMap, Json.mapper().writeValueAsBytes(Map.of("version", 1, "files", originals)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text can be written as JSON", e);
    }
    names.keySet().forEach(path -> made.put(path, new byte[0]));
    return made;
  }

  private static String inside(Path file) {
    StringBuilder path = new StringBuilder(ROOT);
    for (Path name : file) {
      path.append('/').append(name);
    }
    try {
      return WorkspacePath.check(path.toString());
    } catch (IllegalArgumentException e) {
      throw new SubmitException(
          "bad-file-name",
          "The path '" + file + "' cannot be sent: " + e.getMessage() + ".",
          "Rename the file or folder, or trace with a Blender on this computer.");
    }
  }

  /**
   * The trace as if it were made here: paths are this computer's, and which files there are is
   * looked up on its disk.
   */
  String localised(String json) {
    try {
      JsonNode root = Json.mapper().readTree(json);
      String file = root.path("file").asText();
      String mirrored = "/" + scenePath();
      String prefix =
          file.endsWith(mirrored)
              ? file.substring(0, file.length() - mirrored.length()) + "/" + ROOT + "/"
              : null;
      JsonNode mapped = mapped(root, prefix);
      for (JsonNode one : mapped.path("files")) {
        if (one instanceof ObjectNode traced) {
          lookUp(traced);
        }
      }
      return Json.mapper().writeValueAsString(mapped);
    } catch (JsonProcessingException e) {
      throw new SubmitException(
          "trace-failed",
          "What the node says about '" + scene.getFileName() + "' cannot be understood.",
          "Look whether node and computer have the same version of Blenderer.",
          List.of(),
          e);
    }
  }

  private JsonNode mapped(JsonNode node, @Nullable String prefix) {
    if (node instanceof ObjectNode object) {
      for (String name : fields(object)) {
        object.set(name, mapped(object.get(name), prefix));
      }
      return object;
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, mapped(array.get(i), prefix));
      }
      return array;
    }
    if (!node.isTextual()) {
      return node;
    }
    String text = node.asText();
    if (prefix != null && text.startsWith(prefix)) {
      return Json.mapper().getNodeFactory().textNode("/" + text.substring(prefix.length()));
    }
    // In a sentence, such as that of an error.
    String odd = "'[^']*/" + Pattern.quote(scenePath()) + "'";
    return Json.mapper()
        .getNodeFactory()
        .textNode(text.replaceAll(odd, Matcher.quoteReplacement("'" + scene + "'")));
  }

  private static List<String> fields(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void lookUp(ObjectNode traced) {
    Path path = path(traced.path("path").asText());
    boolean exists = path != null && (disk.isFile(path) || disk.isFolder(path));
    traced.put("exists", exists);
    traced.put("directory", path != null && disk.isFolder(path));
    try {
      if (path != null && disk.isFile(path)) {
        traced.put("size", disk.size(path));
      } else {
        traced.putNull("size");
      }
    } catch (IOException e) {
      traced.put("exists", false).putNull("size");
    }
  }

  private static @Nullable Path path(String text) {
    try {
      Path path = Path.of(text);
      return path.isAbsolute() ? path.normalize() : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /**
   * Adds what a trace, localised, has named: libraries as they are, of all else the names, with
   * those of the same sequence or below the same folder.
   *
   * @return whether there is anything that the trace did not know yet
   */
  boolean grow(String localised) {
    int before = whole.size() + names.size();
    try {
      JsonNode trace = Json.mapper().readTree(localised);
      for (JsonNode file : trace.path("files")) {
        Path path = path(file.path("path").asText());
        if (path != null) {
          add(path, file.path("kind").asText().equals("library"));
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was made here", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return whole.size() + names.size() > before;
  }

  private void add(Path path, boolean library) throws IOException {
    if (library && disk.isFile(path)) {
      whole.put(inside(path), path);
    } else if (disk.isFolder(path)) {
      disk.below(path, MOST_NAMES).forEach(this::name);
    } else {
      if (disk.isFile(path)) {
        name(path);
      }
      sequence(path);
    }
  }

  /** The names that differ only in their last number. */
  private void sequence(Path path) throws IOException {
    Path folder = path.getParent();
    Matcher name = NUMBERED.matcher(String.valueOf(path.getFileName()));
    if (folder == null || !disk.isFolder(folder) || !name.matches()) {
      return;
    }
    Pattern member =
        Pattern.compile(Pattern.quote(name.group(1)) + "\\d+" + Pattern.quote(name.group(2)));
    disk.in(folder).stream()
        .filter(one -> member.matcher(String.valueOf(one.getFileName())).matches())
        .forEach(this::name);
  }

  /** Sends a library as it is. */
  void whole(Path library) {
    whole.put(inside(library), library);
  }

  /** Says that there is such a file. */
  void name(Path file) {
    if (names.size() < MOST_NAMES) {
      String path = inside(file);
      if (!whole.containsKey(path)) {
        names.put(path, file);
      }
    }
  }

  static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
