package blenderer.submit.blender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which files there are where the submitter is. Paths are absolute and normal. */
interface SceneDisk {

  boolean isFile(Path path);

  boolean isFolder(Path path);

  long size(Path file) throws IOException;

  /** Files below a folder, however deep; at most {@code most}. */
  List<Path> below(Path folder, int most) throws IOException;

  /** Files directly in a folder. */
  List<Path> in(Path folder) throws IOException;

  /** This computer's. */
  SceneDisk REAL =
      new SceneDisk() {
        @Override
        public boolean isFile(Path path) {
          return Files.isRegularFile(path);
        }

        @Override
        public boolean isFolder(Path path) {
          return Files.isDirectory(path);
        }

        @Override
        public long size(Path file) throws IOException {
          return Files.size(file);
        }

        @Override
        public List<Path> below(Path folder, int most) throws IOException {
          try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).limit(most).toList();
          }
        }

        @Override
        public List<Path> in(Path folder) throws IOException {
          try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).toList();
          }
        }
      };
}
