package blenderer.openjd;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the PATH parameters of a job lie at a node. The one rule for all sides: a submitter
 * rewrites each value to a relative path with {@code /}, and a session puts it into one of its two
 * trees.
 *
 * <table>
 * <caption>The rule</caption>
 * <tr><th>data flow</th><th>value</th><th>at the node</th></tr>
 * <tr><td>IN</td><td>path of the file or folder among the job's files</td>
 *     <td>{@code workspace/<value>}</td></tr>
 * <tr><td>INOUT</td><td>the same</td>
 *     <td>{@code output/<value>}, where those of the job's files that lie at or below the value are
 *     laid out as copies that may be changed</td></tr>
 * <tr><td>OUT</td><td>the name that its folder or file shall have in a download</td>
 *     <td>{@code output/<value>}; the only OUT or INOUT parameter of a job, if it is an OUT folder,
 *     is {@code output} itself</td></tr>
 * <tr><td>NONE</td><td>anything</td><td>as it is</td></tr>
 * </table>
 *
 * <p>An empty value stays empty, but for OUT, where it is {@code output} itself. The files of steps
 * that a step depends on lie at their own paths below {@code output}, so that a path that an
 * earlier step wrote to is the path a later step reads from. What counts as a result is whatever is
 * new or changed below {@code output}, and its name is its path there.
 */
public final class JobPaths {

  private static final Pattern ABSOLUTE = Pattern.compile("[/\\\\].*|[A-Za-z]:.*", Pattern.DOTALL);

  /** The two trees of a session. */
  public enum Tree {
    /** What the job reads: its files as they were submitted. */
    WORKSPACE,
    /** What the job writes, and what earlier steps wrote. */
    OUTPUT
  }

  /**
   * A place in a session.
   *
   * @param path relative, with {@code /}; empty: the tree itself
   */
  public record Place(Tree tree, String path) {}

  /** Those that are paths; a list of paths is one for each item. */
  private final List<Job.Parameter> parameters;

  private final boolean oneFolder;

  private JobPaths(List<Job.Parameter> parameters) {
    this.parameters = parameters.stream().flatMap(JobPaths::items).toList();
    List<PathUse> written =
        parameters.stream()
            .flatMap(JobPaths::use)
            .filter(use -> use.dataFlow().isWritten())
            .toList();
    this.oneFolder =
        written.size() == 1
            && isOutFolder(written.getFirst())
            && parameters.stream().noneMatch(one -> one.type() == ParameterType.LIST_PATH);
  }

  /** A path as it is; a list of paths as many paths under the list's name. */
  private static Stream<Job.Parameter> items(Job.Parameter parameter) {
    PathUse use = parameter.path();
    if (use == null) {
      return Stream.empty();
    }
    if (parameter.type() != ParameterType.LIST_PATH) {
      return Stream.of(parameter);
    }
    return ParameterList.read(parameter.value(), ParameterType.PATH).stream()
        .map(item -> new Job.Parameter(parameter.name(), ParameterType.PATH, item, use));
  }

  /** The paths of a job with these parameters. */
  public static JobPaths of(List<Job.Parameter> parameters) {
    return new JobPaths(parameters);
  }

  private static Stream<PathUse> use(Job.Parameter parameter) {
    return Stream.ofNullable(parameter.path());
  }

  private static boolean isOutFolder(PathUse use) {
    return use.dataFlow() == PathUse.DataFlow.OUT
        && use.objectType() == PathUse.ObjectType.DIRECTORY;
  }

  /**
   * Where a parameter's value lies; empty: nowhere, the value is used as it is. For an item of a
   * list of paths: a PATH parameter with the list's name and use, and the item as its value.
   *
   * @throws IllegalArgumentException with a sentence for a person, when the value leads out
   */
  public Optional<Place> place(Job.Parameter parameter) {
    PathUse use = parameter.path();
    if (use == null || use.dataFlow() == PathUse.DataFlow.NONE) {
      return Optional.empty();
    }
    if (oneFolder && isOutFolder(use)) {
      return Optional.of(new Place(Tree.OUTPUT, ""));
    }
    if (parameter.value().isEmpty()) {
      return use.dataFlow() == PathUse.DataFlow.OUT
          ? Optional.of(new Place(Tree.OUTPUT, ""))
          : Optional.empty();
    }
    return Optional.of(
        new Place(
            use.dataFlow().isWritten() ? Tree.OUTPUT : Tree.WORKSPACE,
            relative(parameter.name(), parameter.value())));
  }

  /**
   * The folders that must be there before the first action, because a parameter names them or a
   * file in them.
   *
   * @throws IllegalArgumentException as {@link #place}
   */
  public Set<Place> folders() {
    Set<Place> folders = new LinkedHashSet<>();
    for (Job.Parameter parameter : parameters) {
      PathUse use = parameter.path();
      Optional<Place> place = place(parameter);
      if (use == null || place.isEmpty()) {
        continue;
      }
      String path = place.get().path();
      if (use.objectType() == PathUse.ObjectType.FILE) {
        path = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
      }
      folders.add(new Place(place.get().tree(), path));
    }
    return folders;
  }

  /**
   * Whether one of the job's files is laid out in {@code output} as a copy of its own, because an
   * INOUT parameter names it or a folder around it.
   *
   * @param file its path among the job's files
   */
  public boolean isChangeable(String file) {
    for (Job.Parameter parameter : parameters) {
      PathUse use = parameter.path();
      if (use != null && use.dataFlow() == PathUse.DataFlow.INOUT && !parameter.value().isEmpty()) {
        String path = relative(parameter.name(), parameter.value());
        if (path.isEmpty() || file.equals(path) || file.startsWith(path + "/")) {
          return true;
        }
      }
    }
    return false;
  }

  private static String relative(String name, String value) {
    List<String> parts = new ArrayList<>();
    boolean leaves = ABSOLUTE.matcher(value).matches();
    for (String part : value.split("[/\\\\]", -1)) {
      if (part.equals("..")) {
        leaves |= parts.isEmpty();
        if (!parts.isEmpty()) {
          parts.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (leaves) {
      throw new IllegalArgumentException(
          "the value '"
              + value
              + "' of the parameter "
              + name
              + " leads out of the job's own files");
    }
    return String.join("/", parts);
  }
}
