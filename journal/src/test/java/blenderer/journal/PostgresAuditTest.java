package blenderer.journal;

import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PostgresAuditTest extends AuditContract {

  private final Database database = SharedPostgres.empty();

  @Override
  AuditLog audit() {
    return database.audit();
  }
}
