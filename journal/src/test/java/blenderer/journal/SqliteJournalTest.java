package blenderer.journal;

import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.Journal;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteJournalTest extends JournalContract {

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("journal.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  Journal journal() {
    return database.journal();
  }

  @Override
  Film film() {
    return database.film();
  }

  @Override
  History history() {
    return database.history();
  }
}
