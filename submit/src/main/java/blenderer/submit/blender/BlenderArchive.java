package blenderer.submit.blender;

import blenderer.renderers.archives.ArchiveLimits;
import blenderer.renderers.archives.ArchiveUnpacker;
import blenderer.renderers.archives.BadArchiveException;
import blenderer.renderers.builds.BuildFiles;
import blenderer.submit.SubmitException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a Blender archive holds: unpacked into a scratch folder and started here once, by somebody
 * who is about to let the whole farm run it.
 *
 * @param version as the program says it
 * @param features what the build can do
 * @param build the digest of the files beside the program
 * @param bytes of all files, unpacked
 */
public record BlenderArchive(String version, List<String> features, String build, long bytes) {

  private static final String MARK = "BLENDERER_PROBE ";
  private static final long PATIENCE_SECONDS = 120;

  public BlenderArchive {
    features = List.copyOf(features);
  }

  /**
   * Looks.
   *
   * @param scratch an existing folder with room for all files
   * @throws SubmitException {@code bad-archive}, {@code archive-silent}
   */
  public static BlenderArchive inspect(Path archive, Path scratch, BlenderParts parts) {
    Path folder = scratch.resolve("archive-" + ProcessHandle.current().pid());
    try {
      ArchiveUnpacker.delete(folder);
      try {
        ArchiveUnpacker.Unpacked unpacked =
            ArchiveUnpacker.unpack(archive, folder, List.of("blender"), ArchiveLimits.USUAL);
        return ask(archive, unpacked, parts.traceScript().resolveSibling("probe.py"));
      } finally {
        ArchiveUnpacker.delete(folder);
      }
    } catch (BadArchiveException e) {
      throw new SubmitException(
          "bad-archive",
          "'" + archive + "' cannot be taken: " + e.sentence() + ".",
          "Take an archive as the makers of Blender offer it, for the system that your nodes run.",
          List.of(),
          e);
    } catch (IOException e) {
      throw new SubmitException(
          "archive-unreadable",
          "'" + archive + "' cannot be read and unpacked here: " + e.getMessage() + ".",
          "Look whether the file is there, and whether the disk has room for it.",
          List.of(),
          e);
    }
  }

  private static BlenderArchive ask(
      Path archive, ArchiveUnpacker.Unpacked unpacked, Path probeScript) throws IOException {
    Path program = unpacked.program();
    Path own = program.getParent();
    List<String> command =
        List.of(
            program.toString(),
            "-b",
            "--factory-startup",
            "-Y",
            "--python-exit-code",
            "3",
            "--python",
            probeScript.toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    // What starting it leaves behind is no part of it.
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Path said = Files.createTempFile("blender-says", ".txt");
    try {
      String build = BuildFiles.of(program, own == null ? List.of() : List.of(own)).digest();
      builder.redirectOutput(said.toFile());
      Process process = start(archive, builder);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      List<String> lines = Files.readString(said, StandardCharsets.UTF_8).lines().toList();
      for (String line : lines) {
        if (line.startsWith(MARK)) {
          return read(line.substring(MARK.length()), build, unpacked.bytes());
        }
      }
      List<String> last = lines.stream().filter(line -> !line.isBlank()).toList();
      throw silent(archive, last.subList(Math.max(0, last.size() - 5), last.size()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw silent(archive, List.of("interrupted"));
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static Process start(Path archive, ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw silent(archive, List.of(String.valueOf(e.getMessage())));
    }
  }

  private static SubmitException silent(Path archive, List<String> details) {
    return new SubmitException(
        "archive-silent",
        "The Blender in '" + archive + "' does not run on this computer.",
        "Add it from a computer of the kind that your nodes are: it is asked what it can do.",
        details,
        null);
  }

  private static BlenderArchive read(String json, String build, long bytes) throws IOException {
    try {
      JsonNode answer = new ObjectMapper().readTree(json);
      List<String> features = new ArrayList<>();
      answer
          .path("features")
          .forEach(
              feature -> {
                // Of graphics cards each node has its own.
                if (!feature.asText().startsWith("gpu-")) {
                  features.add(feature.asText());
                }
              });
      return new BlenderArchive(answer.path("version").asText(), features, build, bytes);
    } catch (JsonProcessingException e) {
      throw new IOException("what its Blender says of itself cannot be read", e);
    }
  }
}
