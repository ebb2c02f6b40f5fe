package blenderer.journal;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqlSessionsTest extends SessionContract {

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
  SessionStore sessions() {
    return database.sessions();
  }

  @Override
  AccountStore accounts() {
    return database.accounts();
  }
}
