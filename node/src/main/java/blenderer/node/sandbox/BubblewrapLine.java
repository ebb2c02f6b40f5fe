package blenderer.node.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that builds a box: what there is of the computer inside it. */
final class BubblewrapLine {

  /** Programs and libraries; nothing in them is anybody's secret. */
  private static final List<String> SYSTEM =
      List.of(
          "/usr",
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/opt",
          "/nix/store",
          "/gnu/store");

  /**
   * Of {@code /etc} and {@code /var} only what programs need to start. A node that runs as root
   * could read every secret in the rest.
   */
  private static final List<String> SETTINGS =
      List.of(
          "/etc/alternatives",
          "/etc/fonts",
          "/etc/ld.so.cache",
          "/etc/ld.so.conf",
          "/etc/ld.so.conf.d",
          "/etc/passwd",
          "/etc/group",
          "/etc/nsswitch.conf",
          "/etc/hosts",
          "/etc/host.conf",
          "/etc/gai.conf",
          "/etc/protocols",
          "/etc/services",
          "/etc/localtime",
          "/etc/timezone",
          "/etc/locale.alias",
          "/etc/locale.conf",
          "/etc/mime.types",
          "/etc/os-release",
          "/etc/debian_version",
          "/etc/profile",
          "/etc/bash.bashrc",
          "/etc/inputrc",
          "/etc/terminfo",
          "/etc/ssl/certs",
          "/etc/ssl/openssl.cnf",
          "/etc/ca-certificates",
          "/etc/pki/tls/certs",
          "/etc/pki/ca-trust/extracted",
          "/etc/OpenCL",
          "/etc/vulkan",
          "/etc/glvnd",
          "/etc/egl",
          "/etc/drirc",
          "/etc/povray",
          "/etc/ImageMagick-6",
          "/etc/ImageMagick-7",
          "/etc/magic",
          "/etc/perl",
          "/var/cache/fontconfig",
          "/sys/devices/system/cpu",
          "/sys/devices/system/node");

  private static final String NAMES_OF_HOSTS = "/etc/resolv.conf";

  /** What drivers of graphics cards look up beside the device itself. */
  private static final List<String> GRAPHICS_FACTS =
      List.of("/sys/dev/char", "/sys/bus/pci", "/sys/class/drm", "/sys/class/kfd");

  private static final String SHARED_MEMORY = "/dev/shm";

  private final Path root;
  private final String bubblewrap;
  private final boolean network;
  private final boolean nesting;
  private final long scratchBytes;

  /**
   * @param root the computer's root folder
   * @param bubblewrap path of the program
   * @param network whether sessions may use the computer's network
   * @param nesting whether sessions may make namespaces of their own; more of the kernel is then in
   *     reach of an attack
   * @param scratchBytes how much {@code /tmp} may hold, and as much {@code /dev/shm}
   */
  BubblewrapLine(
      Path root, String bubblewrap, boolean network, boolean nesting, long scratchBytes) {
    this.root = root;
    this.bubblewrap = bubblewrap;
    this.network = network;
    this.nesting = nesting;
    this.scratchBytes = scratchBytes;
  }

  /** The line, up to the program that is to run inside. */
  List<String> of(BoxPlan plan) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(bubblewrap);
    line.addAll(
        List.of(
            "--unshare-user",
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--new-session",
            "--die-with-parent"));
    if (!nesting) {
      line.add("--disable-userns");
    }
    if (!network) {
      line.add("--unshare-net");
    }
    // Root would keep all its rights otherwise.
    line.addAll(List.of("--cap-drop", "ALL"));
    SYSTEM.forEach(path -> system(line, path));
    SETTINGS.forEach(path -> readOnly(line, path));
    if (network) {
      readOnly(line, NAMES_OF_HOSTS);
    }
    // Root could write the kernel's settings through a /proc that is not read-only.
    line.addAll(List.of("--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev"));
    graphics(line);
    scratch(line, SHARED_MEMORY);
    line.addAll(List.of("--remount-ro", "/dev"));
    scratch(line, "/tmp");
    line.addAll(List.of("--symlink", "../tmp", "/var/tmp"));
    for (Path path : plan.readable()) {
      program(line, path);
    }
    String folder = plan.folder().toString();
    line.addAll(List.of("--bind", folder, folder));
    for (Path path : plan.frozen()) {
      line.addAll(List.of("--ro-bind", path.toString(), path.toString()));
    }
    line.addAll(List.of("--remount-ro", "/", "--chdir", "/", "--"));
    return line;
  }

  private Path real(String path) {
    return root.resolve(path.substring(1));
  }

  /** A link such as /bin to usr/bin stays a link. */
  private void system(List<String> line, String path) {
    Path real = real(path);
    if (Files.isSymbolicLink(real)) {
      try {
        line.addAll(List.of("--symlink", Files.readSymbolicLink(real).toString(), path));
      } catch (IOException e) {
        // Gone meanwhile.
      }
    } else if (Files.isDirectory(real)) {
      line.addAll(List.of("--ro-bind", real.toString(), path));
    }
  }

  private void readOnly(List<String> line, String path) {
    try {
      line.addAll(List.of("--ro-bind", real(path).toRealPath().toString(), path));
    } catch (IOException e) {
      // Not on this computer.
    }
  }

  private void scratch(List<String> line, String path) {
    line.addAll(List.of("--perms", "1777", "--size", Long.toString(scratchBytes), "--tmpfs", path));
  }

  private void graphics(List<String> line) throws IOException {
    List<Path> devices = new ArrayList<>();
    Path dev = real("/dev");
    if (Files.isDirectory(dev)) {
      try (DirectoryStream<Path> found =
          Files.newDirectoryStream(dev, "{dri,kfd,nvidia*,mali*,dxg}")) {
        found.forEach(devices::add);
      }
    }
    devices.sort(null);
    for (Path device : devices) {
      line.addAll(List.of("--dev-bind", device.toString(), "/dev/" + device.getFileName()));
    }
    if (!devices.isEmpty()) {
      GRAPHICS_FACTS.forEach(path -> readOnly(line, path));
      Path all = real("/sys/devices");
      if (Files.isDirectory(all)) {
        try (DirectoryStream<Path> buses = Files.newDirectoryStream(all, "pci*")) {
          buses.forEach(bus -> readOnly(line, "/sys/devices/" + bus.getFileName()));
        }
      }
    }
  }

  /** A file or folder beside the system's; a link is made again, and what it leads to is shown. */
  private static void program(List<String> line, Path path) throws IOException {
    Path real = path.toRealPath();
    if (!real.equals(path) && Files.isSymbolicLink(path) && !isSystem(path)) {
      line.addAll(List.of("--symlink", real.toString(), path.toString()));
    } else if (!real.equals(path) && !isSystem(path)) {
      line.addAll(List.of("--ro-bind", real.toString(), path.toString()));
    }
    if (!isSystem(real)) {
      line.addAll(List.of("--ro-bind", real.toString(), real.toString()));
    }
  }

  private static boolean isSystem(Path path) {
    return SYSTEM.stream().anyMatch(path::startsWith);
  }
}
