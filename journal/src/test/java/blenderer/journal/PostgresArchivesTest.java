package blenderer.journal;

import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PostgresArchivesTest extends ArchiveContract {

  private final Database database = SharedPostgres.empty();

  @Override
  ArchiveStore archives() {
    return database.archives();
  }
}
