package blenderer.server.backup;

import static java.util.Objects.requireNonNull;

import blenderer.journal.PostgresAddress;
import blenderer.s3.S3Location;
import blenderer.server.DatabaseUrl;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blenderer migrate}. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Moves a farm to another database, another store of files or another folder, while its server"
          + " is stopped: row by row and file by file, compared by digests. What is not named with"
          + " --to-... stays where it is; where the farm was, all stays as it was.",
      "Whatever stops it, run it again: it goes on."
    })
public final class MigrateCommand implements Callable<Integer> {

  @Mixin private PlaceOptions place = new PlaceOptions();

  @Option(
      names = "--to-db",
      paramLabel = "URL",
      description =
          "Where the journal goes: a PostgreSQL database, or 'sqlite' for a file in the folder.")
  private @Nullable String toDatabase;

  @Option(
      names = "--to-db-password-file",
      paramLabel = "FILE",
      description = "That database's password.")
  private @Nullable Path toPasswordFile;

  @Option(
      names = "--to-blobs",
      paramLabel = "S3-URL",
      description = "Where the files go: a bucket, or 'disk' for the folder.")
  private @Nullable String toBlobs;

  @Option(
      names = "--to-data",
      paramLabel = "DIR",
      description = "Another folder for what is kept in one; not there yet.")
  private @Nullable Path toData;

  @Option(
      names = "--skip-damaged",
      description = "Leave out files of jobs that are missing or damaged already.")
  private boolean skipDamaged;

  @Mixin private OwnCertificate own = new OwnCertificate();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine line = requireNonNull(spec).commandLine();
    FarmPlace from = place.place(line);
    Optional<PostgresAddress> database =
        switch (toDatabase) {
          case null -> from.database();
          case "sqlite" -> Optional.empty();
          case String url -> Optional.of(DatabaseUrl.read(line, "--to-db", url, toPasswordFile));
        };
    Optional<S3Location> bucket =
        switch (toBlobs) {
          case null -> from.bucket();
          case "disk" -> Optional.empty();
          case String url -> Optional.of(PlaceOptions.bucket(line, "--to-blobs", url));
        };
    FarmPlace to = new FarmPlace(toData == null ? from.data() : toData, database, bucket);
    return Attempt.run(
        line,
        progress -> {
          Migration.Report report =
              Migration.run(
                  from, to, skipDamaged, own.farm(line), InstantSource.system(), progress);
          tell(line, from, to, report);
          return 0;
        });
  }

  private static void tell(
      CommandLine line, FarmPlace from, FarmPlace to, Migration.Report report) {
    PrintWriter out = line.getOut();
    if (report.journal() != null) {
      out.printf(
          Locale.ROOT,
          "%,d rows of %d tables are in %s, the same as in %s (digest %s).%n",
          report.journal().rows(),
          report.journal().tables().size(),
          to.journalName(),
          from.journalName(),
          report.journal().digest().hex().substring(0, 16));
    }
    BlobTransfer.Outcome blobs = report.blobs();
    if (blobs != null) {
      out.printf(
          Locale.ROOT,
          "%,d files are in %s, each hashed on its way; %,d were there already.%n",
          blobs.copied() + blobs.there(),
          to.blobsName(),
          blobs.there());
      tellLeft(line, blobs);
    }
    tellStart(out, to);
    out.println(
        "Where the farm was it is as before: remove it when you are content with the new place,");
    out.println("and do not start a server there.");
  }

  static void tellLeft(CommandLine line, BlobTransfer.Outcome blobs) {
    if (!blobs.isWhole()) {
      line.getErr()
          .println(
              "files-lost: "
                  + blobs.left().size()
                  + " files were left out, such as "
                  + blobs.left().iterator().next()
                  + ".");
    }
  }

  static void tellStart(PrintWriter out, FarmPlace to) {
    out.println("Start the server there with");
    out.println(
        "  blenderer server --data "
            + to.data()
            + to.database().map(address -> " --db '" + address + "'").orElse("")
            + to.bucket().map(bucket -> " --blobs '" + bucket.url() + "'").orElse(""));
  }
}
