package blenderer.submit;

import blenderer.api.Json;
import blenderer.api.LocalFileException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What earlier downloads wrote into a folder: {@code .blenderer-download.json}, {@code
 * {"version":1,"files":{path:{"job":…,"digests":[…]}}}}. A digest is written down before its file
 * is moved into place, so after a crash at any point our own file is known as ours.
 */
final class DownloadRecord {

  static final String NAME = ".blenderer-download.json";

  private record Written(String job, Set<String> digests) {}

  private final Path file;
  private final Map<String, Written> files = new TreeMap<>();

  /** Reads the record of a folder; a damaged one is as good as none: then all files are foreign. */
  DownloadRecord(Path folder) {
    this.file = folder.resolve(NAME);
    read();
  }

  private void read() {
    try {
      JsonNode root = Json.mapper().readTree(Files.readAllBytes(file));
      if (root.path("version").asInt() != 1) {
        return;
      }
      for (Map.Entry<String, JsonNode> entry : root.path("files").properties()) {
        Set<String> digests = new LinkedHashSet<>();
        entry.getValue().path("digests").forEach(digest -> digests.add(digest.asText()));
        files.put(entry.getKey(), new Written(entry.getValue().path("job").asText(), digests));
      }
    } catch (IOException e) {
      // Absent or damaged.
    }
  }

  /** Whether this job's download wrote {@code path} with that digest. */
  boolean wrote(String job, String path, String digest) {
    Written written = files.get(path);
    return written != null && written.job().equals(job) && written.digests().contains(digest);
  }

  /** Which job's file lies at {@code path}, if a download wrote it. */
  Optional<String> owner(String path) {
    return Optional.ofNullable(files.get(path)).map(Written::job);
  }

  /** Notes what is about to be written; {@link #save} makes it last. */
  void expect(String job, String path, String digest) {
    Written before = files.get(path);
    Set<String> digests = new LinkedHashSet<>();
    if (before != null && before.job().equals(job)) {
      digests.addAll(before.digests());
    }
    digests.add(digest);
    files.put(path, new Written(job, digests));
  }

  /** Writes the record whole, synced, or not at all. */
  void save() {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("version", 1);
    ObjectNode all = root.putObject("files");
    files.forEach(
        (path, written) -> {
          ObjectNode node = all.putObject(path);
          node.put("job", written.job());
          ArrayNode digests = node.putArray("digests");
          written.digests().forEach(digests::add);
        });
    Path next = file.resolveSibling(NAME + ".new");
    try {
      Files.write(next, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
      try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw LocalFileException.unwritable(file, e);
    }
  }
}
