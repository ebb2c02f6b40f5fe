package blenderer.submit;

import blenderer.api.Json;
import blenderer.model.Digest;
import blenderer.model.WorkspacePath;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where each file of a scene goes in the job's workspace. Files below the scene's folder keep their
 * relative path; the others go to {@code _outside/<folder>/<name>}, where the folder is eight hex
 * digits of its path's hash, so that the members of one folder stay together and a sequence stays a
 * sequence. Names that not every system allows are made safe. Pure: touches no file.
 *
 * @param scene the workspace path of the scene
 * @param files workspace path to original, in the order of the paths; the scene is one of them
 * @param renamed workspace path to original, for those that could not keep their name
 */
public record ProjectLayout(String scene, Map<String, Path> files, Map<String, Path> renamed) {

  /** Where the list of original paths lies in the workspace. */
  public static final String PATH_MAP = ".blenderer/paths.json";

  private static final String OUTSIDE = "_outside";
  private static final int LONGEST_NAME = 200;

  /**
   * Lays out a scene and its files.
   *
   * @param sceneFile absolute and normal
   * @param needed absolute and normal; repeats count once
   */
  public static ProjectLayout of(Path sceneFile, Collection<Path> needed) {
    Path root = sceneFile.getParent();
    Set<Path> all = new LinkedHashSet<>();
    all.add(sceneFile);
    all.addAll(needed.stream().sorted().toList());
    Set<String> taken = new HashSet<>();
    taken.add(WorkspacePath.folded(PATH_MAP));
    Map<String, Path> files = new TreeMap<>();
    Map<String, Path> renamed = new LinkedHashMap<>();
    Map<String, String> folders = new HashMap<>();
    String scene = "";
    for (Path file : all) {
      boolean inside = root != null && file.startsWith(root);
      String wanted = inside && root != null ? text(root.relativize(file)) : outside(file);
      String given = SafeNames.unique(safe(wanted, file, folders), taken);
      files.put(given, file);
      if (!given.equals(wanted)) {
        renamed.put(given, file);
      }
      if (file.equals(sceneFile)) {
        scene = given;
      }
    }
    return new ProjectLayout(scene, files, renamed);
  }

  /** The content of {@link #PATH_MAP}. */
  public byte[] pathMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    Map<String, String> originals = new LinkedHashMap<>();
    files.forEach((path, original) -> originals.put(path, original.toString()));
    map.put("version", 1);
    map.put("files", originals);
    try {
      return Json.mapper().writeValueAsBytes(map);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can be written as JSON", e);
    }
  }

  /** A name for the output folder that no input file's path begins with. */
  public String outputFolder() {
    Set<String> roots = new HashSet<>();
    files.keySet().forEach(path -> roots.add(WorkspacePath.folded(firstName(path))));
    String name = "output";
    for (int i = 2; roots.contains(name); i++) {
      name = "output-" + i;
    }
    return name;
  }

  private static String firstName(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  private static String text(Path relative) {
    List<String> names = new ArrayList<>();
    relative.forEach(name -> names.add(name.toString()));
    return String.join("/", names);
  }

  private static String outside(Path file) {
    Path folder = file.getParent();
    String hash =
        Digest.of(String.valueOf(folder).getBytes(StandardCharsets.UTF_8)).hex().substring(0, 8);
    return OUTSIDE + "/" + hash + "/" + file.getFileName();
  }

  /**
   * A path that every system allows; itself if it is one. All files of a folder get the same new
   * folder.
   */
  private static String safe(String wanted, Path file, Map<String, String> folders) {
    if (isSafe(wanted)) {
      return wanted;
    }
    List<String> names = new ArrayList<>();
    for (String name : wanted.split("/", -1)) {
      names.add(folders.computeIfAbsent(name, SafeNames::of));
    }
    String made = String.join("/", names);
    return isSafe(made) ? made : OUTSIDE + "/" + shortName(file);
  }

  private static String shortName(Path file) {
    String outside = outside(file);
    int slash = outside.lastIndexOf('/');
    String name = SafeNames.of(outside.substring(slash + 1));
    return outside.substring(OUTSIDE.length() + 1, slash + 1)
        + (name.length() > LONGEST_NAME ? name.substring(name.length() - LONGEST_NAME) : name);
  }

  private static boolean isSafe(String path) {
    try {
      WorkspacePath.check(path);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
