package blenderer.node.outbox;

import blenderer.api.Json;
import blenderer.api.NodeSync;
import blenderer.model.Digest;
import blenderer.node.os.PlainFiles;
import blenderer.renderers.Picture;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an entry gets onto the disk, whole or not at all, and off it. */
final class EntryFiles {

  private EntryFiles() {}

  private record Taken(Digest digest, long size) {}

  /**
   * Makes an entry, whole or not at all for whoever reads the folder after the program ended;
   * {@link #sync} makes it last beyond a power cut.
   *
   * @param growing where it is put together
   * @param entry its folder at the end
   */
  static Entry write(Result result, Path growing, Path entry) throws IOException {
    Files.createDirectory(growing);
    long bytes = 0;
    List<NodeSync.OutputFile> files = new ArrayList<>();
    for (Result.File file : result.files()) {
      Taken taken = take(file.source(), Entry.file(growing, files.size()));
      files.add(new NodeSync.OutputFile(file.path(), taken.digest().hex(), taken.size()));
      bytes += taken.size();
    }
    String log = null;
    Path logFile = result.log();
    if (logFile != null) {
      Taken taken = take(logFile, growing.resolve(Entry.LOG));
      log = taken.digest().hex();
      bytes += taken.size();
    }
    Result.Seen seen = result.seen();
    NodeSync.Look look = null;
    if (seen != null) {
      String preview = preview(seen, files, growing.resolve(Entry.PREVIEW));
      look = look(seen, preview);
      bytes += seen.preview() == null ? 0 : seen.preview().length;
    }
    NodeSync.Report report =
        new NodeSync.Report(
            result.key().lease(),
            result.key().index(),
            result.key().generation(),
            result.outcome(),
            files,
            log,
            result.failure(),
            result.startedAt(),
            result.endedAt(),
            result.renderer(),
            result.memoryBytes(),
            result.device(),
            look);
    Files.write(
        growing.resolve(Entry.REPORT),
        Json.mapper().writeValueAsBytes(report),
        StandardOpenOption.CREATE_NEW);
    Files.move(growing, entry, StandardCopyOption.ATOMIC_MOVE);
    return new Entry(result.key(), entry, report, bytes);
  }

  /** The digest of the preview, which is written if it is none of the files. */
  private static @Nullable String preview(
      Result.Seen seen, List<NodeSync.OutputFile> files, Path target) throws IOException {
    byte[] own = seen.preview();
    if (own != null) {
      Files.write(target, own, StandardOpenOption.CREATE_NEW);
      return Digest.of(own).hex();
    }
    return files.stream()
        .filter(file -> file.path().equals(seen.path()))
        .map(NodeSync.OutputFile::digest)
        .findFirst()
        .orElse(null);
  }

  private static NodeSync.Look look(Result.Seen seen, @Nullable String preview) {
    Picture picture = seen.picture();
    return new NodeSync.Look(
        seen.path(),
        picture.width(),
        picture.height(),
        picture.mean(),
        picture.black(),
        picture.transparent(),
        picture.pink(),
        picture.grid().toString(),
        preview);
  }

  /** Moves a file here, by copying if it lies on another disk, and hashes it. */
  private static Taken take(Path source, Path target) throws IOException {
    PlainFiles.move(source, target);
    MessageDigest hasher = Digest.newHasher();
    long size = 0;
    try (InputStream in =
        Files.newInputStream(target, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      byte[] buffer = new byte[128 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hasher.update(buffer, 0, count);
        size += count;
      }
    }
    return new Taken(Digest.ofHash(hasher.digest()), size);
  }

  /** Makes an entry last; nothing if it is gone, since the server has answered for it. */
  static void sync(Path entry) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(entry)) {
      for (Path file : files) {
        force(file, StandardOpenOption.WRITE);
      }
      force(entry, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      // Gone meanwhile.
    }
  }

  /** Makes the names of entries last. */
  static void syncNames(Path outbox) throws IOException {
    force(outbox, StandardOpenOption.READ);
  }

  private static void force(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }

  /**
   * Reads an entry back.
   *
   * @throws IOException naming what is wrong, when it is not whole
   */
  static Entry read(ResultKey key, Path folder) throws IOException {
    NodeSync.Report report;
    try {
      report =
          Json.mapper().readValue(folder.resolve(Entry.REPORT).toFile(), NodeSync.Report.class);
    } catch (JsonProcessingException e) {
      throw new IOException("its report is damaged", e);
    }
    if (report == null || !ResultKey.of(report).equals(key)) {
      throw new IOException("its report belongs to another result");
    }
    long bytes = 0;
    for (int i = 0; i < report.files().size(); i++) {
      Path file = Entry.file(folder, i);
      long size = Files.size(file);
      if (size != report.files().get(i).size()) {
        throw new IOException("'" + report.files().get(i).path() + "' has another size");
      }
      bytes += size;
    }
    if (report.log() != null) {
      bytes += Files.size(folder.resolve(Entry.LOG));
    }
    if (Entry.hasOwnPreview(report)) {
      bytes += Files.size(folder.resolve(Entry.PREVIEW));
    }
    return new Entry(key, folder, report, bytes);
  }

  /** Deletes an entry: its report first, so that half an entry is never taken for a whole one. */
  static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(Entry.REPORT));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(folder);
  }
}
