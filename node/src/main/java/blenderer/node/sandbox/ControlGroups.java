package blenderer.node.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where this node may make control groups, by the kernel's older interface (a tree for each
 * controller), the newer one (one tree), or both side by side.
 *
 * @param memory empty: nowhere for memory
 * @param tasks empty: nowhere for processes
 */
record ControlGroups(Optional<Place> memory, Optional<Place> tasks) {

  static final ControlGroups NONE = new ControlGroups(Optional.empty(), Optional.empty());

  /** Where the node itself goes when a group must be empty to hand its controllers on. */
  private static final String NODE = "blenderer-node";

  /**
   * A group of the node's, in which sessions get theirs.
   *
   * @param unified whether it is of the newer interface
   */
  record Place(Path folder, boolean unified) {}

  /**
   * Finds them by making one and removing it again.
   *
   * @param mounts the text of {@code /proc/self/mountinfo}
   * @param own the text of {@code /proc/self/cgroup}
   * @param pid the node's process id
   * @param trial a name for the group that is made to see whether it can be
   */
  static ControlGroups find(String mounts, String own, long pid, String trial) {
    Optional<Place> unified = unified(mounts, own, pid, trial);
    return new ControlGroups(
        older(mounts, own, "memory", trial).or(() -> unified),
        older(mounts, own, "pids", trial).or(() -> unified));
  }

  private static Optional<Place> older(String mounts, String own, String controller, String trial) {
    return mounts
        .lines()
        .map(Mount::of)
        .flatMap(Optional::stream)
        .filter(mount -> mount.type().equals("cgroup") && mount.options().contains(controller))
        .flatMap(mount -> ownFolder(mount, own, controller).stream())
        .filter(folder -> canMake(folder.resolve(trial)))
        .findFirst()
        .map(folder -> new Place(folder, false));
  }

  private static Optional<Place> unified(String mounts, String own, long pid, String trial) {
    return mounts
        .lines()
        .map(Mount::of)
        .flatMap(Optional::stream)
        .filter(mount -> mount.type().equals("cgroup2"))
        .flatMap(mount -> ownFolder(mount, own, "").stream())
        .filter(folder -> hands(folder, "cgroup.controllers"))
        .filter(folder -> handOn(folder, pid))
        .filter(folder -> canMake(folder.resolve(trial)))
        .findFirst()
        .map(folder -> new Place(folder, true));
  }

  /** A line of {@code mountinfo}. */
  private record Mount(String root, Path point, String type, List<String> options) {
    static Optional<Mount> of(String line) {
      String[] sides = line.split(" - ", 2);
      String[] left = sides[0].split(" ");
      String[] right = sides.length < 2 ? new String[0] : sides[1].split(" ");
      return left.length < 5 || right.length < 3
          ? Optional.empty()
          : Optional.of(
              new Mount(left[3], Path.of(left[4]), right[0], Arrays.asList(right[2].split(","))));
    }
  }

  /** Lines are {@code number:controllers:path}; the newer interface names no controllers. */
  private static Optional<Path> ownFolder(Mount mount, String own, String controller) {
    return own.lines()
        .map(line -> line.split(":", 3))
        .filter(parts -> parts.length == 3)
        .filter(
            parts ->
                controller.isEmpty()
                    ? parts[1].isEmpty()
                    : Arrays.asList(parts[1].split(",")).contains(controller))
        .map(parts -> below(mount, parts[2]))
        .findFirst();
  }

  private static Path below(Mount mount, String path) {
    String rest = path;
    if (!mount.root().equals("/") && path.startsWith(mount.root())) {
      rest = path.substring(mount.root().length());
    }
    String relative = rest.startsWith("/") ? rest.substring(1) : rest;
    return relative.isEmpty() ? mount.point() : mount.point().resolve(relative);
  }

  private static boolean canMake(Path folder) {
    try {
      Files.createDirectory(folder);
    } catch (IOException e) {
      return false;
    }
    SessionGroup.remove(folder);
    return true;
  }

  private static boolean hands(Path folder, String file) {
    try {
      List<String> names =
          Arrays.asList(
              Files.readString(folder.resolve(file), StandardCharsets.US_ASCII).strip().split(" "));
      return names.contains("memory") && names.contains("pids");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Lets groups below have limits. A group that hands its controllers on may hold no process of its
   * own, so the node first moves into one below; if that is no use it moves back.
   */
  private static boolean handOn(Path folder, long pid) {
    if (hands(folder, "cgroup.subtree_control") || enable(folder)) {
      return true;
    }
    Path below = folder.resolve(NODE);
    @Nullable IOException refused = null;
    try {
      Files.createDirectories(below);
      Files.writeString(below.resolve("cgroup.procs"), Long.toString(pid));
    } catch (IOException e) {
      refused = e;
    }
    if (refused == null && enable(folder)) {
      return true;
    }
    try {
      Files.writeString(folder.resolve("cgroup.procs"), Long.toString(pid));
    } catch (IOException e) {
      // Then it stays below, where it is no worse off.
    }
    SessionGroup.remove(below);
    return false;
  }

  private static boolean enable(Path folder) {
    try {
      Files.writeString(folder.resolve("cgroup.subtree_control"), "+memory +pids");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes the groups that an earlier run of the node left. */
  void sweep(String prefix) {
    for (Optional<Place> place : List.of(memory, tasks)) {
      if (place.isPresent()) {
        try (DirectoryStream<Path> left =
            Files.newDirectoryStream(place.get().folder(), prefix + "*")) {
          for (Path folder : left) {
            SessionGroup.remove(folder);
          }
        } catch (IOException e) {
          // They cost nothing but their names.
        }
      }
    }
  }
}
