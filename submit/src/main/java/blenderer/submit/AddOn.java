package blenderer.submit;

import blenderer.model.Digest;
import blenderer.model.WorkspacePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * An add-on of Blender that travels with a job.
 *
 * @param name what Python imports
 * @param source the file or folder that holds it on this computer
 * @param files workspace path to file
 */
public record AddOn(String name, Path source, Map<String, Path> files) {

  private static final String FOLDER = ProjectLayout.OURS + "/addons/";
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Pattern MANIFEST_ID =
      Pattern.compile("^\\s*id\\s*=\\s*[\"']([^\"']+)[\"']", Pattern.MULTILINE);
  private static final String MANIFEST = "blender_manifest.toml";
  private static final String NEXT =
      "Name a .py file, a folder with __init__.py, or the .zip that Blender installs.";
  private static final long MOST_UNPACKED = 4L << 30;
  private static final int MOST_FILES = 50_000;

  public AddOn {
    files = Map.copyOf(files);
  }

  /**
   * Reads an add-on.
   *
   * @param place a .py file, a folder with {@code __init__.py}, or a .zip with one of these
   * @param cache a folder for what is unpacked; may be used again
   * @throws SubmitException {@code addon-unusable}
   */
  public static AddOn read(Path place, Path cache) {
    Path path = place.toAbsolutePath().normalize();
    String file = String.valueOf(path.getFileName());
    try {
      if (Files.isRegularFile(path) && file.toLowerCase(Locale.ROOT).endsWith(".zip")) {
        return inside(path, unpacked(path, cache));
      }
      if (Files.isRegularFile(path) && file.endsWith(".py")) {
        String name = checked(path, file.substring(0, file.length() - 3));
        return new AddOn(name, path, Map.of(FOLDER + file, path));
      }
      if (Files.isRegularFile(path.resolve("__init__.py"))) {
        return folder(path, checked(path, file));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new SubmitException(
          "addon-unusable",
          "The add-on '" + place + "' cannot be read.",
          "Look at its rights, and whether it is whole.",
          List.of(String.valueOf(e.getMessage())),
          e);
    }
    throw new SubmitException("addon-unusable", "'" + place + "' is no add-on.", NEXT);
  }

  private static String checked(Path path, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new SubmitException(
          "addon-unusable",
          "Python cannot import an add-on called '" + name + "' (" + path + ").",
          "Give its file or folder a name of letters, digits, - and _.");
    }
    return name;
  }

  /** What a .zip held: one folder, one file, or an extension without a folder around it. */
  private static AddOn inside(Path zip, Path unpacked) throws IOException {
    Path manifest = unpacked.resolve(MANIFEST);
    if (Files.isRegularFile(manifest)) {
      Matcher id = MANIFEST_ID.matcher(Files.readString(manifest));
      if (id.find() && Files.isRegularFile(unpacked.resolve("__init__.py"))) {
        // Its folder is called as it is to be imported.
        Path named = unpacked.resolveSibling(unpacked.getFileName() + ".named");
        Path link = named.resolve(checked(zip, id.group(1)));
        if (!Files.exists(link)) {
          Files.createDirectories(named);
          Files.createSymbolicLink(link, unpacked);
        }
        return folder(link, id.group(1));
      }
    }
    List<Path> top;
    try (Stream<Path> list = Files.list(unpacked)) {
      top = list.filter(one -> !(one.getFileName() + "").startsWith("__MACOSX")).sorted().toList();
    }
    if (top.size() == 1 && !(top.getFirst().getFileName() + "").endsWith(".zip")) {
      return read(top.getFirst(), unpacked);
    }
    throw new SubmitException("addon-unusable", "'" + zip + "' holds no add-on.", NEXT);
  }

  private static AddOn folder(Path folder, String name) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    Path real = folder.toRealPath();
    try (Stream<Path> all = Files.walk(real)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        String inside = real.relativize(file).toString().replace('\\', '/');
        if (("/" + inside).contains("/__pycache__/") || ("/" + inside).contains("/.")) {
          continue;
        }
        String path = FOLDER + name + "/" + inside;
        try {
          files.put(WorkspacePath.check(path), file);
        } catch (IllegalArgumentException e) {
          throw new SubmitException(
              "addon-unusable",
              "The add-on '" + folder + "' has a file that cannot be sent: " + e.getMessage() + ".",
              "Rename the file.",
              List.of(),
              e);
        }
      }
    }
    if (files.size() > MOST_FILES) {
      throw new SubmitException(
          "addon-unusable",
          "The add-on '" + folder + "' has " + files.size() + " files.",
          "Name the add-on's own folder.");
    }
    return new AddOn(name, folder, files);
  }

  private static Path unpacked(Path zip, Path cache) throws IOException {
    String digest = Digest.of(Files.readAllBytes(zip)).hex();
    Path folder = cache.resolve(digest);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Files.createDirectories(cache);
    Path growing = Files.createTempDirectory(cache, "unpack");
    Map<String, Boolean> seen = new LinkedHashMap<>();
    long left = MOST_UNPACKED;
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.isDirectory()) {
          continue;
        }
        // No entry can leave the folder, on any system.
        Path target = growing.resolve(WorkspacePath.check(entry.getName().replace('\\', '/')));
        Files.createDirectories(target.getParent());
        left -= copy(in, target, left);
        if (left < 0 || seen.size() > MOST_FILES) {
          throw new IOException("'" + zip + "' holds more than an add-on does");
        }
        seen.put(entry.getName(), true);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    try {
      Files.move(growing, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    return folder;
  }

  /** Copies at most one byte more than {@code most}. */
  private static long copy(InputStream in, Path target, long most) throws IOException {
    try (var out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[1 << 16];
      long copied = 0;
      for (int n = in.read(buffer); n >= 0 && copied <= most; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        copied += n;
      }
      return copied;
    }
  }
}
