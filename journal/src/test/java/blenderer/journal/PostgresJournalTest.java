package blenderer.journal;

import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.Journal;
import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PostgresJournalTest extends JournalContract {

  private final Database database = SharedPostgres.empty();

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
