package blenderer.journal;

import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PostgresSessionsTest extends SessionContract {

  private final Database database = SharedPostgres.empty();

  @Override
  SessionStore sessions() {
    return database.sessions();
  }

  @Override
  AccountStore accounts() {
    return database.accounts();
  }
}
