package blenderer.journal;

import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The changes that make a journal's tables, and how far a journal has come in them. */
final class Migrations {

  private Migrations() {}

  /** Those of a file of SQLite. */
  static Flyway sqlite(String url) {
    return common()
        .dataSource(url, "", "")
        .locations("classpath:db/journal")
        .placeholders(Map.of("clustered", "WITHOUT ROWID"))
        .load();
  }

  /** Those of a PostgreSQL database, with what only that one has. */
  static Flyway postgres(PostgresAddress address) throws java.sql.SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(address.jdbcUrl());
    for (String name : address.properties().stringPropertyNames()) {
      source.setProperty(name, address.properties().getProperty(name));
    }
    return common()
        .dataSource(source)
        .locations("classpath:db/journal", "classpath:db/postgresql")
        .placeholders(Map.of("clustered", ""))
        .load();
  }

  private static FluentConfiguration common() {
    // Changes that were made side by side do not come in the order of their numbers.
    return Flyway.configure(Database.class.getClassLoader()).loggers("slf4j").outOfOrder(true);
  }

  /** The version of a change that this program does not know; null: it knows all. */
  static @Nullable String newer(Flyway flyway) {
    for (MigrationInfo migration : flyway.info().all()) {
      if (migration.getState() == MigrationState.FUTURE_SUCCESS
          || migration.getState() == MigrationState.FUTURE_FAILED) {
        return String.valueOf(migration.getVersion());
      }
    }
    return null;
  }

  /** Whether changes that this program knows are still to be made. */
  static boolean isBehind(Flyway flyway) {
    return flyway.info().pending().length > 0;
  }

  static String writtenByNewer(String journal, String schema) {
    return "the journal "
        + journal
        + " was written by a newer Blenderer (schema "
        + schema
        + "); start that version or a later one, or restore an older backup";
  }
}
