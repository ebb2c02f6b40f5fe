package blenderer.cas;

import blenderer.model.Manifest;
import blenderer.model.WorkspacePath;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Between folders on disk and manifests. */
public final class ManifestTree {

  private static final int HASH_TRIES = 3;

  private ManifestTree() {}

  /**
   * The files below {@code folder}; empty folders do not count. A link to a file that lies below
   * {@code folder} as well counts as that file; any other link, and whatever is neither file nor
   * folder, is refused, so that nothing from outside gets in.
   *
   * @throws BadManifestException naming the path that cannot be taken, or that kept changing
   */
  public static Manifest scan(Path folder) {
    List<Manifest.Entry> files = new ArrayList<>();
    try {
      Path top = folder.toRealPath();
      Files.walkFileTree(
          top,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              files.add(entry(top, file, attributes));
              return FileVisitResult.CONTINUE;
            }
          });
      return new Manifest(files);
    } catch (IllegalArgumentException e) {
      throw new BadManifestException(
          "tree-names", "The files in " + folder + " cannot be taken: " + e.getMessage() + ".");
    } catch (IOException e) {
      throw new CasException("cannot read the files in " + folder, e);
    }
  }

  private static Manifest.Entry entry(Path top, Path file, BasicFileAttributes attributes)
      throws IOException {
    Path source = file;
    if (attributes.isSymbolicLink()) {
      try {
        source = file.toRealPath();
      } catch (NoSuchFileException e) {
        throw new BadManifestException("tree-link", "The link " + file + " leads nowhere.");
      }
      if (!source.startsWith(top)) {
        throw new BadManifestException(
            "tree-link", "The link " + file + " leads out of the folder, to " + source + ".");
      }
    }
    if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
      throw new BadManifestException(
          "tree-special", file + " is neither a file nor a folder, nor a link to a file.");
    }
    for (int i = 0; i < HASH_TRIES; i++) {
      Optional<FileDigest> hashed = FileDigest.of(source);
      if (hashed.isPresent()) {
        return new Manifest.Entry(nameOf(top, file), hashed.get().digest(), hashed.get().size());
      }
    }
    throw new BadManifestException("tree-changing", file + " keeps changing while it is read.");
  }

  private static String nameOf(Path top, Path file) {
    List<String> names = new ArrayList<>();
    top.relativize(file).forEach(name -> names.add(name.toString()));
    return Normalizer.normalize(String.join("/", names), Normalizer.Form.NFC);
  }

  /**
   * Makes {@code target} a folder with exactly the files of {@code manifest}, each an own copy
   * (shared blocks where the file system can), never a link. The copy grows under another name
   * beside {@code target} and takes its place at the end, so nobody sees it half made and no link
   * that others plant leads anywhere.
   *
   * @param target absent, or an empty folder
   * @throws BadManifestException if {@code target} is in use, or a blob is not in {@code blobs}
   */
  public static void layOut(Manifest manifest, BlobFiles blobs, Path target) {
    layOut(manifest, List.of(), blobs, target);
  }

  /**
   * As {@link #layOut(Manifest, BlobFiles, Path)}, with the folders of further files, so that
   * {@link #add} can bring those later.
   *
   * @param later paths of files as in a manifest
   */
  public static void layOut(
      Manifest manifest, Collection<String> later, BlobFiles blobs, Path target) {
    Path place = target.toAbsolutePath().normalize();
    Path parent = place.getParent();
    Path name = place.getFileName();
    if (parent == null || name == null || !isFree(place)) {
      throw new BadManifestException(
          "target-in-use", target + " is not an empty folder; name one that is empty or absent.");
    }
    try {
      Files.createDirectories(parent);
      Path growing = Files.createTempDirectory(parent, "." + name + ".");
      boolean done = false;
      try {
        fill(manifest, blobs, growing);
        for (String path : later) {
          Files.createDirectories(growing.resolve(WorkspacePath.check(path)).getParent());
        }
        Files.deleteIfExists(place);
        Files.move(growing, place, StandardCopyOption.ATOMIC_MOVE);
        done = true;
      } finally {
        if (!done) {
          deleteTree(growing);
        }
      }
    } catch (IOException e) {
      throw new CasException("cannot lay out files in " + target, e);
    }
  }

  /**
   * Adds files to a folder that was laid out with the folders for them. Others may have done
   * anything to it since: each file appears whole under its name, and no link that they planted is
   * followed.
   *
   * @param target its parent is nobody else's to replace
   * @param growing absent; on the same disk as {@code target}, and out of others' reach; gone after
   * @throws CasException if a folder is gone or a link, or a blob is not in {@code blobs}
   */
  public static void add(Manifest manifest, BlobFiles blobs, Path target, Path growing) {
    Path place = target.toAbsolutePath().normalize();
    Path name = place.getFileName();
    Path parent = place.getParent();
    if (name == null || parent == null) {
      throw new BadManifestException("tree-changed", target + " is no folder to add to.");
    }
    try {
      Files.createDirectory(growing);
      try {
        fill(manifest, blobs, growing);
        try (SecureDirectoryStream<Path> from = openSecure(growing);
            SecureDirectoryStream<Path> around = openSecure(parent);
            SecureDirectoryStream<Path> to = inside(around, name)) {
          for (Manifest.Entry file : manifest.files()) {
            move(file.path(), from, to);
          }
        }
      } finally {
        deleteTree(growing);
      }
    } catch (IOException e) {
      throw new CasException("cannot add files to " + target, e);
    }
  }

  private static SecureDirectoryStream<Path> openSecure(Path folder) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this system cannot look into a folder without following links");
  }

  private static void move(
      String path, SecureDirectoryStream<Path> from, SecureDirectoryStream<Path> to)
      throws IOException {
    int slash = path.indexOf('/');
    if (slash < 0) {
      Path name = Path.of(path);
      from.move(name, to, name);
      return;
    }
    Path folder = Path.of(path.substring(0, slash));
    try (SecureDirectoryStream<Path> inTo = inside(to, folder);
        SecureDirectoryStream<Path> inFrom = inside(from, folder)) {
      move(path.substring(slash + 1), inFrom, inTo);
    }
  }

  private static SecureDirectoryStream<Path> inside(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isFree(Path place) {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    return Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS) && Disk.list(place).isEmpty();
  }

  private static void fill(Manifest manifest, BlobFiles blobs, Path folder) throws IOException {
    for (Manifest.Entry file : manifest.files()) {
      // Manifest and its entries are checked at birth: no path in one can leave the folder.
      Path copy = folder.resolve(file.path());
      Files.createDirectories(copy.getParent());
      try {
        Files.copy(blobs.path(file.digest()), copy, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException e) {
        throw new BadManifestException(
            "blob-missing",
            "The bytes of '" + file.path() + "' (" + file.digest() + ") are not here.");
      }
      if (Files.size(copy) != file.size()) {
        throw new BadManifestException(
            "blob-missing",
            "The bytes of '" + file.path() + "' are not the " + file.size() + " announced.");
      }
    }
  }

  /**
   * Deletes a folder with all that is in it; links are deleted, not followed. Folders that their
   * makers closed against themselves are opened first.
   */
  public static void deleteTree(Path folder) {
    try {
      try {
        delete(folder);
      } catch (AccessDeniedException e) {
        openFolders(folder);
        delete(folder);
      }
    } catch (NoSuchFileException e) {
      // Already gone.
    } catch (IOException e) {
      throw new CasException("cannot delete " + folder, e);
    }
  }

  private static void openFolders(Path folder) throws IOException {
    open(folder);
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            open(dir);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (file.equals(folder)) {
              throw failure;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
              openFolders(file); // it could not be listed, and so was not visited
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  private static void delete(Path folder) throws IOException {
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
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
