package blenderer.renderers.builds;

import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The files that one build of a renderer consists of.
 *
 * <p>If the folder of the program (after links) also holds all the resources that the program
 * names, they are everything below that folder, as in an archive of Blender's makers. Otherwise, as
 * where a distribution installed it, they are the program and everything below each resource
 * folder; shared libraries of the system are no part of it. Left out is what Python writes by
 * itself ({@code __pycache__}).
 *
 * <p>The build's digest is the SHA-256 of one line for each of them, sorted by name: {@code file
 * DIGEST SIZE NAME} or {@code link TARGET NAME}. In the first case names are relative to the
 * folder, so the same archive is the same build wherever it was unpacked; in the second they are
 * {@code program} and {@code resources/N/...}. Times and permissions do not count.
 */
public final class BuildFiles {

  /** Where somebody keeps the program among everything else, no build is known. */
  private static final int MOST_FILES = 200_000;

  private static final long MOST_BYTES = 32L << 30;
  private static final String WRITTEN_BY_PYTHON = "__pycache__";

  private sealed interface Part {
    record Content(Path path, long size, long time) implements Part {}

    record Link(String target) implements Part {}
  }

  private final SortedMap<String, Part> parts = new TreeMap<>();
  private long bytes;

  private BuildFiles() {}

  /**
   * Looks which files there are; reads none.
   *
   * @param resources existing folders; none: the program is all there is
   * @throws IOException also when there are too many to be one renderer
   */
  public static BuildFiles of(Path program, List<Path> resources) throws IOException {
    BuildFiles files = new BuildFiles();
    Path real = program.toRealPath();
    Path folder = real.getParent();
    boolean together =
        folder != null
            && folder.getParent() != null
            && !resources.isEmpty()
            && resources.stream().allMatch(one -> one.toAbsolutePath().startsWith(folder));
    if (together && folder != null) {
      files.walk("", folder);
      return files;
    }
    files.add("program", real, Files.readAttributes(real, BasicFileAttributes.class));
    for (int i = 0; i < resources.size(); i++) {
      files.walk("resources/" + i + "/", resources.get(i).toRealPath());
    }
    return files;
  }

  private void walk(String prefix, Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return path.endsWith(WRITTEN_BY_PYTHON)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            String name = folder.relativize(path).toString().replace('\\', '/');
            add(prefix + name, path, attributes);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void add(String name, Path path, BasicFileAttributes attributes) throws IOException {
    if (attributes.isSymbolicLink()) {
      parts.put(name, new Part.Link(Files.readSymbolicLink(path).toString()));
    } else if (attributes.isRegularFile()) {
      bytes += attributes.size();
      long time = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      parts.put(name, new Part.Content(path, attributes.size(), time));
    }
    if (parts.size() > MOST_FILES || bytes > MOST_BYTES) {
      throw new IOException(
          "there are too many files beside it to be one renderer (" + path.getParent() + ")");
    }
  }

  /** Says, without reading the files, whether they may have changed: names, sizes and times. */
  public String stamp() {
    MessageDigest hash = Digest.newHasher();
    parts.forEach(
        (name, part) ->
            line(
                hash,
                switch (part) {
                  case Part.Content(Path path, long size, long time) ->
                      path + " " + size + " " + time + " " + name;
                  case Part.Link(String target) -> "link " + target + " " + name;
                }));
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Reads all files. */
  public String digest() throws IOException {
    MessageDigest hash = Digest.newHasher();
    byte[] buffer = new byte[1 << 17];
    for (SortedMap.Entry<String, Part> entry : parts.entrySet()) {
      String name = entry.getKey();
      switch (entry.getValue()) {
        case Part.Content(Path path, long _, long _) -> {
          MessageDigest content = Digest.newHasher();
          long size = 0;
          try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
              content.update(buffer, 0, n);
              size += n;
            }
          }
          line(
              hash, "file " + HexFormat.of().formatHex(content.digest()) + " " + size + " " + name);
        }
        case Part.Link(String target) -> line(hash, "link " + target + " " + name);
      }
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  private static void line(MessageDigest hash, String text) {
    hash.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
