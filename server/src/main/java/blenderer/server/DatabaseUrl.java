package blenderer.server;

import blenderer.journal.DatabaseRefused;
import blenderer.journal.PostgresAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The database that somebody names on the command line, and where its password comes from. */
public final class DatabaseUrl {

  private DatabaseUrl() {}

  /**
   * Reads the value of an option.
   *
   * @param option its name, such as {@code --db}; that of the password's file is made of it
   * @throws CommandLine.ParameterException when it is no URL, or the file cannot be read
   */
  public static PostgresAddress read(
      CommandLine line, String option, String url, @Nullable Path passwordFile) {
    if (!PostgresAddress.isOne(url)) {
      throw new CommandLine.ParameterException(
          line,
          option
              + " takes a URL such as postgresql://blenderer@db.example.org/blenderer; without it"
              + " the journal is in the folder of --data");
    }
    try {
      return PostgresAddress.of(url)
          .withPassword(passwordFile == null ? System.getenv("PGPASSWORD") : first(passwordFile));
    } catch (DatabaseRefused e) {
      throw new CommandLine.ParameterException(line, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CommandLine.ParameterException(
          line, option + "-password-file: " + passwordFile + " cannot be read: " + e, e);
    }
  }

  private static String first(Path passwordFile) throws IOException {
    return Files.readString(passwordFile).lines().findFirst().orElse("");
  }
}
