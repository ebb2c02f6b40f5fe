package blenderer.renderers.archives;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks a {@code .tar.xz}, {@code .tar.gz}, {@code .tar.bz2} or {@code .zip} into a new folder,
 * and finds the program in it. What an archive may hold is what a renderer needs: folders, files,
 * and links that stay inside. Anything else refuses the whole archive, and then nothing is left of
 * it.
 *
 * <p>Links are made last, when no file is written any more, so nothing is ever written through one;
 * and each is followed once to see that it ends inside.
 */
public final class ArchiveUnpacker {

  private static final int XZ_MEMORY_KIB = 256 << 10;
  private static final int LONGEST_NAME = 1_000;
  private static final int LONGEST_PART = 200;
  private static final int DEEPEST = 64;

  private final Path root;
  private final ArchiveLimits limits;
  private final Map<Path, String> links = new LinkedHashMap<>();
  private final byte[] buffer = new byte[1 << 17];
  private long bytes;
  private int entries;

  private ArchiveUnpacker(Path root, ArchiveLimits limits) {
    this.root = root;
    this.limits = limits;
  }

  /**
   * What was in an archive.
   *
   * @param folder what it was unpacked into
   * @param program the file to start, below {@code folder}
   * @param bytes of all files together
   */
  public record Unpacked(Path folder, Path program, long bytes) {}

  /**
   * Unpacks.
   *
   * @param folder must not be there yet; its parent must
   * @param programs names that the program may have; it lies in the archive's top folder, or in the
   *     one below
   * @throws BadArchiveException when it is none, or not to be trusted
   * @throws IOException when this computer cannot hold it
   */
  public static Unpacked unpack(
      Path archive, Path folder, List<String> programs, ArchiveLimits limits)
      throws BadArchiveException, IOException {
    Files.createDirectory(folder);
    boolean done = false;
    try {
      ArchiveUnpacker unpacker = new ArchiveUnpacker(folder.toRealPath(), limits);
      unpacker.read(archive);
      unpacker.makeLinks();
      Path program = unpacker.program(programs);
      done = true;
      return new Unpacked(
          folder, folder.resolve(unpacker.root.relativize(program)), unpacker.bytes);
    } finally {
      if (!done) {
        delete(folder);
      }
    }
  }

  /** Deletes what was unpacked, or what is left of it. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void read(Path archive) throws BadArchiveException, IOException {
    byte[] magic = new byte[6];
    int length;
    try (InputStream in = Files.newInputStream(archive)) {
      length = in.readNBytes(magic, 0, magic.length);
    }
    if (starts(magic, length, 'P', 'K', 3, 4)) {
      zip(archive);
      return;
    }
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
      InputStream plain;
      if (starts(magic, length, 0xFD, '7', 'z', 'X', 'Z', 0)) {
        plain =
            XZCompressorInputStream.builder()
                .setInputStream(file)
                .setDecompressConcatenated(true)
                .setMemoryLimitKiB(XZ_MEMORY_KIB)
                .get();
      } else if (starts(magic, length, 0x1F, 0x8B)) {
        plain =
            GzipCompressorInputStream.builder()
                .setInputStream(file)
                .setDecompressConcatenated(true)
                .get();
      } else if (starts(magic, length, 'B', 'Z', 'h')) {
        plain = new BZip2CompressorInputStream(file, true);
      } else {
        throw new BadArchiveException("It is no .tar.xz, .tar.gz, .tar.bz2 or .zip");
      }
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(new BufferedInputStream(plain, 1 << 16), "UTF-8")) {
        tar(tar);
      }
    } catch (FileSystemException e) {
      throw e; // this computer's doing
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private static BadArchiveException damaged(Exception e) {
    return new BadArchiveException("It is damaged: " + e.getMessage(), e);
  }

  private static boolean starts(byte[] bytes, int length, int... magic) {
    if (length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private void tar(TarArchiveInputStream tar) throws IOException, BadArchiveException {
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path path = place(entry.getName());
      if (path.equals(root)) {
        continue;
      }
      if (entry.isSymbolicLink()) {
        link(path, entry.getLinkName());
      } else if (entry.isLink()) {
        hardLink(path, place(entry.getLinkName()), entry.getName());
      } else if (entry.isDirectory()) {
        folder(path, entry.getName());
      } else if (isPlainFile(entry)) {
        file(path, entry.getName(), tar, (entry.getMode() & 0100) != 0);
      } else {
        throw new BadArchiveException(
            "'" + shown(entry.getName()) + "' in it is neither a file nor a folder nor a link");
      }
    }
  }

  private static boolean isPlainFile(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    boolean file =
        kind == TarConstants.LF_NORMAL
            || kind == TarConstants.LF_OLDNORM
            || kind == TarConstants.LF_CONTIG;
    return file && !entry.isSparse();
  }

  private void zip(Path archive) throws BadArchiveException, IOException {
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      Enumeration<ZipArchiveEntry> all = zip.getEntries();
      while (all.hasMoreElements()) {
        ZipArchiveEntry entry = all.nextElement();
        Path path = place(entry.getName());
        if (path.equals(root)) {
          continue;
        }
        if (entry.isUnixSymlink()) {
          String target = zip.getUnixSymlink(entry);
          link(path, target == null ? "" : target);
        } else if (entry.isDirectory()) {
          folder(path, entry.getName());
        } else {
          try (InputStream in = zip.getInputStream(entry)) {
            // A zip made on Windows knows no rights.
            boolean unknown = entry.getUnixMode() == 0;
            file(path, entry.getName(), in, unknown || (entry.getUnixMode() & 0100) != 0);
          }
        }
      }
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  /** Where an entry goes; counts it. */
  private Path place(String name) throws BadArchiveException {
    entries++;
    if (entries > limits.entries()) {
      throw new BadArchiveException("It holds more than " + limits.entries() + " files");
    }
    if (name.length() > LONGEST_NAME
        || name.startsWith("/")
        || name.indexOf('\\') >= 0
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new BadArchiveException("The name '" + shown(name) + "' in it leads out of its folder");
    }
    Path path = root;
    for (String part : name.split("/", -1)) {
      if (part.equals("..") || part.length() > LONGEST_PART) {
        throw new BadArchiveException(
            "The name '" + shown(name) + "' in it leads out of its folder");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        path = path.resolve(part);
      }
    }
    if (path.getNameCount() - root.getNameCount() > DEEPEST) {
      throw new BadArchiveException("Its folders lie more than " + DEEPEST + " deep");
    }
    return path;
  }

  private static String shown(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
  }

  private void folder(Path path, String name) throws IOException, BadArchiveException {
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw twice(name);
    }
  }

  private static BadArchiveException twice(String name) {
    return new BadArchiveException("'" + shown(name) + "' is in it twice");
  }

  private void file(Path path, String name, InputStream in, boolean executable)
      throws IOException, BadArchiveException {
    makeParent(path, name);
    try (OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes += n;
        if (bytes > limits.bytes()) {
          throw new BadArchiveException(
              "It holds more than " + (limits.bytes() >> 20) + " MiB of files");
        }
        write(out, n, path);
      }
    } catch (FileAlreadyExistsException e) {
      throw twice(name);
    }
    // No more than that: nobody gets rights by an archive.
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  /** A full disk is no fault of the archive. */
  private void write(OutputStream out, int count, Path path) throws FileSystemException {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      FileSystemException failure =
          new FileSystemException(path.toString(), null, String.valueOf(e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
  }

  private void makeParent(Path path, String name) throws IOException, BadArchiveException {
    Path parent = path.getParent();
    if (parent != null) {
      folder(parent, name);
    }
  }

  private void hardLink(Path path, Path to, String name) throws IOException, BadArchiveException {
    if (!Files.isRegularFile(to, LinkOption.NOFOLLOW_LINKS)) {
      throw new BadArchiveException("The link '" + shown(name) + "' in it leads to no file of it");
    }
    makeParent(path, name);
    try {
      Files.createLink(path, to);
    } catch (FileAlreadyExistsException e) {
      throw twice(name);
    }
  }

  private void link(Path path, String target) throws BadArchiveException, IOException {
    Path parent = path.getParent();
    boolean inside =
        parent != null
            && !target.isEmpty()
            && !target.startsWith("/")
            && target.length() <= LONGEST_NAME
            && target.chars().noneMatch(Character::isISOControl)
            && parent.resolve(target).normalize().startsWith(root);
    if (!inside) {
      throw leadsOut(path);
    }
    if (links.putIfAbsent(path, target) != null || Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw twice(root.relativize(path).toString());
    }
  }

  private BadArchiveException leadsOut(Path link) {
    return new BadArchiveException(
        "The link '" + shown(root.relativize(link).toString()) + "' in it leads out of its folder");
  }

  private void makeLinks() throws IOException, BadArchiveException {
    List<Path> made = new ArrayList<>();
    for (Map.Entry<Path, String> link : links.entrySet()) {
      Path path = link.getKey();
      String name = root.relativize(path).toString();
      Path parent = path.getParent();
      if (parent != null) {
        makeLinkParent(parent, name);
      }
      try {
        Files.createSymbolicLink(path, Path.of(link.getValue()));
      } catch (FileAlreadyExistsException e) {
        throw twice(name);
      }
      made.add(path);
    }
    for (Path link : made) {
      Path real;
      try {
        real = link.toRealPath();
      } catch (IOException e) {
        // It leads nowhere or in a circle: what is no use to the renderer is left out.
        Files.delete(link);
        continue;
      }
      // Step by step and not as text: a link over other links may lead elsewhere than it says.
      if (!real.startsWith(root)) {
        throw leadsOut(link);
      }
    }
  }

  /** A folder for a link, itself reached over no link. */
  private void makeLinkParent(Path parent, String name) throws IOException, BadArchiveException {
    for (Path at = parent; at != null && !at.equals(root); at = at.getParent()) {
      if (Files.isSymbolicLink(at)) {
        throw new BadArchiveException("'" + shown(name) + "' in it lies behind a link");
      }
    }
    folder(parent, name);
  }

  private Path program(List<String> names) throws IOException, BadArchiveException {
    List<Path> found = programs(root, names);
    if (found.isEmpty()) {
      try (Stream<Path> below = Files.list(root)) {
        for (Path folder : below.filter(path -> isFolder(path)).sorted().toList()) {
          found.addAll(programs(folder, names));
        }
      }
    }
    if (found.size() != 1) {
      throw new BadArchiveException(
          (found.isEmpty() ? "It holds no" : "It holds more than one")
              + " program '"
              + String.join("' or '", names)
              + "' in its top folder");
    }
    return found.getFirst();
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static List<Path> programs(Path folder, List<String> names) {
    List<Path> found = new ArrayList<>();
    for (String name : names) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isExecutable(file)) {
        found.add(file);
      }
    }
    return found;
  }
}
