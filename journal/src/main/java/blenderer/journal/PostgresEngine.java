package blenderer.journal;

import java.sql.SQLException;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** A journal in a PostgreSQL database, written by whoever holds its lock. */
final class PostgresEngine implements Engine {

  private final PostgresConnections connections;
  private final Leadership leadership;
  private final Duration patience;
  private final boolean tells;

  /**
   * @param tells whether other servers follow what is written
   */
  PostgresEngine(
      PostgresConnections connections, Leadership leadership, Duration patience, boolean tells) {
    this.patience = patience;
    this.connections = connections;
    this.leadership = leadership;
    this.tells = tells;
  }

  @Override
  public Transactions writing() throws SQLException {
    return new PostgresTransactions(connections::writing, leadership, patience, tells);
  }

  @Override
  public boolean mayWrite() {
    return leadership.epoch() > 0;
  }

  @Override
  public Handle reading() throws SQLException {
    return Jdbi.open(connections.reading());
  }

  @Override
  public Handle loading() throws SQLException {
    return Jdbi.open(connections.loading());
  }

  /** The first statement begins it. */
  @Override
  public void begin(Handle handle) {}

  /** There is nothing to keep, and a transaction that failed can only be rolled back. */
  @Override
  public void end(Handle handle) throws SQLException {
    handle.getConnection().rollback();
  }

  @Override
  public boolean isLost(Handle handle) {
    try {
      return handle.getConnection().isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  @Override
  public long bytes(Readers readers) {
    return readers.read(
        handle ->
            handle
                .createQuery("SELECT pg_database_size(current_database())")
                .mapTo(Long.class)
                .one());
  }

  /** PostgreSQL keeps its files itself. */
  @Override
  public Upkeep upkeep() {
    return new Upkeep() {
      @Override
      public void tidy() {}

      @Override
      public void close() {}
    };
  }
}
