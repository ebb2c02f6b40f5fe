package blenderer.journal;

import blenderer.core.Journal;
import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PostgresClaimsTest extends ClaimContract {

  private final Database database = SharedPostgres.empty();

  @Override
  ClaimStore claims() {
    return database.claims();
  }

  @Override
  Journal journal() {
    return database.journal();
  }
}
