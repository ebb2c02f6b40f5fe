package blenderer.journal;

import java.nio.file.Path;

/** Where a journal is kept. */
public sealed interface JournalPlace {

  /** In one file of SQLite. */
  record InFile(Path file) implements JournalPlace {
    public InFile {
      file = file.toAbsolutePath();
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  /** In a PostgreSQL database. */
  record InPostgres(PostgresAddress address) implements JournalPlace {
    @Override
    public String toString() {
      return address.toString();
    }
  }
}
