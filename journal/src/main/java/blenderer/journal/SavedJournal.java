package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;

/** A file that {@link JournalReading#saveTo} has written, before a farm is made of it. */
public final class SavedJournal {

  private SavedJournal() {}

  /**
   * Brings a file of an older program up to date, and has its next change counted further on.
   * Touches nothing else: no server's upkeep runs on it.
   *
   * @param ahead how many revisions are left out
   */
  public static void prepare(Path file, long ahead) {
    String url = new Connections(file).url();
    try {
      Migrations.sqlite(url).migrate();
      try (Connection connection = DriverManager.getConnection(url);
          PreparedStatement statement =
              connection.prepareStatement("UPDATE meta SET revision = revision + ? WHERE id = 1")) {
        statement.setLong(1, ahead);
        statement.executeUpdate();
      }
    } catch (SQLException | FlywayException e) {
      throw new JournalException(
          "the saved journal "
              + file
              + " cannot be brought up to date: "
              + SqlErrors.plainReason(e),
          e);
    }
  }
}
