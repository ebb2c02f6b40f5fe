package blenderer.server.backup;

import blenderer.s3.S3Location;
import blenderer.server.DatabaseUrl;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where a farm is, by the options that its server is started with. */
final class PlaceOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "blenderer-server",
      description = "The server's folder (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of("blenderer-server");

  @Option(
      names = "--db",
      paramLabel = "URL",
      description = "The PostgreSQL database of its journal, if that is not in DIR.")
  private @Nullable String database;

  @Option(
      names = "--db-password-file",
      paramLabel = "FILE",
      description = "The database's password, alone in a file; else PGPASSWORD or a pgpass file.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--blobs",
      paramLabel = "S3-URL",
      description = "The bucket of its files, if they are not in DIR.")
  private @Nullable String blobs;

  FarmPlace place(CommandLine line) {
    return new FarmPlace(
        data,
        Optional.ofNullable(database).map(url -> DatabaseUrl.read(line, "--db", url, passwordFile)),
        Optional.ofNullable(blobs).map(url -> bucket(line, "--blobs", url)));
  }

  static S3Location bucket(CommandLine line, String option, String url) {
    try {
      return S3Location.parse(url);
    } catch (S3Location.BadLocation e) {
      throw new CommandLine.ParameterException(line, option + ": " + e.getMessage(), e);
    }
  }
}
