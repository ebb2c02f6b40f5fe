package blenderer.journal;

import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PostgresAccountsTest extends AccountContract {

  private final Database database = SharedPostgres.empty();

  @Override
  AccountStore accounts() {
    return database.accounts();
  }
}
