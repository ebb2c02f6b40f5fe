package blenderer.submit.bundle;

import blenderer.submit.SubmitException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers what a job reads: files, whole folders, and what of it is missing. */
final class InputFiles {

  /** Above this nobody means the folder that was named. */
  private static final int MOST_FILES = 1_000_000;

  private final Set<Path> files = new LinkedHashSet<>();
  private final Set<Path> folders = new LinkedHashSet<>();
  private final List<String> missing = new ArrayList<>();

  /**
   * Adds a file, or a folder with all below it.
   *
   * @param path absolute and normal
   * @param whose for the list of missing files
   */
  void add(Path path, String whose) {
    if (Files.isDirectory(path)) {
      folder(path, whose);
    } else if (Files.isRegularFile(path)) {
      files.add(path);
    } else {
      missing.add("'" + path + "' (" + whose + ")");
    }
  }

  private void folder(Path folder, String whose) {
    if (folder.getParent() == null) {
      throw new SubmitException(
          "whole-disk",
          "'" + folder + "' (" + whose + ") is the whole file system, which cannot be sent along.",
          "Name the folder that the job needs.");
    }
    if (!folders.add(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                files.add(file);
              }
              if (files.size() > MOST_FILES) {
                throw new SubmitException(
                    "too-many-files",
                    "'" + folder + "' (" + whose + ") holds more than " + MOST_FILES + " files.",
                    "Name the folder that the job needs.");
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              // A link to a folder around itself adds nothing; one that leads nowhere is missing.
              if (e instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
              }
              if (Files.isSymbolicLink(file)) {
                missing.add("'" + file + "' (" + whose + ", a link that leads nowhere)");
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException | UncheckedIOException e) {
      throw new SubmitException(
          "folder-unreadable",
          "The folder '" + folder + "' (" + whose + ") cannot be read.",
          "Look at its rights.",
          List.of(String.valueOf(e.getMessage())),
          e);
    }
  }

  Set<Path> files() {
    return files;
  }

  /** Folders that must stay whole. */
  Set<Path> folders() {
    return folders;
  }

  /** One line for each, with who names it. */
  List<String> missing() {
    return missing;
  }
}
