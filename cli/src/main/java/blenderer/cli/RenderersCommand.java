package blenderer.cli;

import blenderer.api.Archives;
import blenderer.api.BlobSource;
import blenderer.api.FarmClient;
import blenderer.model.Digest;
import blenderer.model.Renderer;
import blenderer.submit.SubmitException;
import blenderer.submit.blender.BlenderArchive;
import blenderer.submit.blender.BlenderParts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code blenderer renderers [add ARCHIVE | remove ID]}. */
@Command(
    name = "renderers",
    description = {
      "List the Blenders that the farm's nodes fetch by themselves; for admins: add and remove"
          + " them.",
      "Adding unpacks the archive here and starts its Blender once, to ask what it can do. Every"
          + " node of the same system and processor then has it, from when a job first needs it."
    },
    footer = {
      "Examples:",
      "  blenderer renderers",
      "  blenderer renderers add blender-4.2.3-linux-x64.tar.xz",
      "  blenderer renderers remove 5f0c",
      ""
    })
final class RenderersCommand extends PeopleCommand {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "add|remove",
      description = "What to do; default: list.")
  @Nullable String verb;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ARCHIVE|ID",
      description = "A .tar.xz, .tar.gz, .tar.bz2 or .zip; or the beginning of an id.")
  @Nullable String what;

  RenderersCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    if (verb != null && !List.of("add", "remove").contains(verb)) {
      throw CommandFailure.wrongUse(
          "'" + verb + "' is nothing that can be done with renderers.", "Use add or remove.");
    }
    if ((verb == null) != (what == null)) {
      throw CommandFailure.wrongUse(
          "It is not said what to " + verb + ".",
          "Name an archive to add, or the id of one to remove.");
    }
    try (FarmClient client = client()) {
      if (verb == null || what == null) {
        list(client.archives().archives());
      } else if (verb.equals("add")) {
        add(client, Path.of(what));
      } else {
        remove(client, what);
      }
    }
    return ExitCode.DONE;
  }

  private void list(List<Archives.Archive> archives) {
    if (json) {
      printJson(archives);
      return;
    }
    Table table = Table.of("ID", "RENDERER", "FOR", ">SIZE", "~FILE", "~ADDED BY", "ADDED");
    for (Archives.Archive one : archives) {
      table.row(
          Renderer.shown(one.digest()),
          label(one),
          one.os() + " " + one.processor(),
          Texts.bytes(one.size()),
          one.file(),
          one.addedBy(),
          Texts.date(one.addedAt()));
    }
    print(table, "Nodes fetch nothing: each has only the renderers that were installed on it.");
  }

  private static String label(Archives.Archive one) {
    return new Renderer(one.renderer(), one.version(), one.features(), one.build()).label();
  }

  private void add(FarmClient client, Path archive) {
    // Asked first: no server, or no right to do it, no long unpacking.
    client.archives();
    Path cache = around.cacheFolder();
    BlenderParts parts = BlenderParts.layOut(cache.resolve("renderers"));
    BlenderArchive found = BlenderArchive.inspect(archive, cache, parts);
    Digest digest = hash(archive);
    upload(client, archive, digest);
    Archives.Platform platform = Archives.Platform.here();
    Archives.Archive added =
        client.addArchive(
            new Archives.NewArchive(
                digest.hex(),
                String.valueOf(archive.getFileName()),
                "blender",
                found.version(),
                found.features(),
                found.build(),
                platform.os(),
                platform.processor(),
                found.bytes()));
    if (json) {
      printJson(added);
    } else {
      out()
          .println(
              Texts.clean(
                  "The farm has "
                      + label(added)
                      + " now; nodes of "
                      + added.os()
                      + " "
                      + added.processor()
                      + " fetch it when a job needs it."));
    }
  }

  private static Digest hash(Path archive) {
    MessageDigest hasher = Digest.newHasher();
    byte[] buffer = new byte[1 << 17];
    try (InputStream in = Files.newInputStream(archive)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new SubmitException(
          "archive-unreadable",
          "'" + archive + "' cannot be read: " + e.getMessage() + ".",
          "Look whether the file is still there.");
    }
    return Digest.ofHash(hasher.digest());
  }

  private void upload(FarmClient client, Path archive, Digest digest) {
    if (client.missing(List.of(digest)).isEmpty()) {
      return;
    }
    ProgressLine line = new ProgressLine(err(), around);
    try {
      long size = Files.size(archive);
      AtomicLong sent = new AtomicLong();
      client.uploadBlob(
          digest,
          size,
          BlobSource.file(archive),
          bytes -> line.show("Uploading " + line.bar(sent.addAndGet(bytes), size)));
    } catch (IOException e) {
      throw new SubmitException(
          "archive-unreadable",
          "'" + archive + "' cannot be read: " + e.getMessage() + ".",
          "Look whether the file is still there.");
    } finally {
      line.clear();
    }
  }

  private void remove(FarmClient client, String beginning) {
    List<Archives.Archive> found =
        client.archives().archives().stream()
            .filter(one -> one.digest().startsWith(beginning))
            .toList();
    if (found.size() != 1) {
      throw CommandFailure.wrongUse(
          (found.isEmpty() ? "The farm has no archive" : "The farm has more than one archive")
              + " whose id begins with '"
              + beginning
              + "'.",
          "'blenderer renderers' lists them.");
    }
    Archives.Archive one = found.getFirst();
    client.removeArchive(one.digest());
    if (json) {
      printJson(Map.of("digest", one.digest(), "removed", true));
    } else {
      out().println(Texts.clean("The farm has " + label(one) + " no more; nodes drop it."));
    }
  }
}
