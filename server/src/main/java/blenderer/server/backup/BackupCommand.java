package blenderer.server.backup;

import static java.util.Objects.requireNonNull;

import blenderer.server.ServerOptions;
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

/** {@code blenderer backup}: on the server's own data, while it runs or not. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Copies the whole farm to a folder, also while its server runs: jobs, keys, certificates and"
          + " files. Run it where the server runs, as its user and with the same options. What the"
          + " folder has already is not copied again.",
      "Whoever can read the folder can pretend to be the farm: keep it as safe as the server."
    })
public final class BackupCommand implements Callable<Integer> {

  @Mixin private PlaceOptions place = new PlaceOptions();

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "The folder of this farm's backups; made if it is not there.")
  private Path to = Path.of("");

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "7",
      description =
          "How many backups the folder keeps; older ones go when the new one is whole (default:"
              + " ${DEFAULT-VALUE}).")
  private int keep = 7;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine line = requireNonNull(spec).commandLine();
    if (keep < 1) {
      throw new CommandLine.ParameterException(line, "--keep takes a number from 1 on");
    }
    FarmPlace farm = place.place(line);
    return Attempt.run(
        line,
        progress ->
            tell(
                line,
                Backup.make(
                    farm,
                    to,
                    keep,
                    ServerOptions.builtVersion(),
                    InstantSource.system(),
                    progress)));
  }

  private static int tell(CommandLine line, Backup.Report report) {
    BackupNote note = report.backup().note();
    PrintWriter out = line.getOut();
    out.printf(
        Locale.ROOT,
        "Backup %s: %,d rows, %,d files of %s; %,d of them new (%s).%n",
        report.backup().name(),
        note.journal().stream().mapToLong(table -> table.rows()).sum(),
        note.blobs(),
        ProgressBar.bytes(note.blobBytes()),
        report.copied(),
        ProgressBar.bytes(report.copiedBytes()));
    out.println("  " + report.backup().folder());
    if (note.lost().isEmpty()) {
      return 0;
    }
    line.getErr()
        .println(
            "files-lost: The backup is made, but "
                + note.lost().size()
                + " files of the farm are missing or damaged at the farm itself, such as "
                + note.lost().getFirst()
                + ". Keep the older backups: they may have them.");
    return Attempt.FAILED;
  }
}
