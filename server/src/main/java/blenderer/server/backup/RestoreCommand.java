package blenderer.server.backup;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blenderer restore}. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a farm of a backup, in a folder, and a database or bucket, that have none. Nodes and"
          + " people go on with the keys they have, once the server has the address they know.",
      "The old server must never run again beside the restored one."
    })
public final class RestoreCommand implements Callable<Integer> {

  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      required = true,
      description = "The folder of backups.")
  private Path from = Path.of("");

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Which backup, such as 20260130T040000Z (default: the newest).")
  private @Nullable String at;

  @Mixin private PlaceOptions place = new PlaceOptions();

  @Option(
      names = "--skip-damaged",
      description = "Leave out files of jobs that are damaged in the backup.")
  private boolean skipDamaged;

  @Option(
      names = "--reuse-blobs",
      description =
          "The files in the bucket are this farm's own and its old server is gone for good: keep"
              + " those that are right, and copy what is missing.")
  private boolean reuseBlobs;

  @Mixin private OwnCertificate own = new OwnCertificate();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine line = requireNonNull(spec).commandLine();
    FarmPlace to = place.place(line);
    Restore.Wishes wishes = new Restore.Wishes(at, skipDamaged, reuseBlobs, own.farm(line));
    return Attempt.run(
        line,
        progress -> {
          Restore.Report report = Restore.run(from, to, wishes, InstantSource.system(), progress);
          BackupNote note = report.backup().note();
          PrintWriter out = line.getOut();
          out.printf(
              Locale.ROOT,
              "Restored backup %s: %,d rows, %,d files of %s, all read and compared.%n",
              report.backup().name(),
              note.journal().stream().mapToLong(table -> table.rows()).sum(),
              note.blobs(),
              ProgressBar.bytes(note.blobBytes()));
          MigrateCommand.tellLeft(line, report.blobs());
          MigrateCommand.tellStart(out, to);
          return 0;
        });
  }
}
