package blenderer.journal;

import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A journal in one file of SQLite. */
final class SqliteEngine implements Engine {

  private static final Logger LOG = LoggerFactory.getLogger(SqliteEngine.class);

  private final Path file;
  private final Connections connections;
  private final Connection writing;

  /** Opens the file for writing, which sets its journal mode before the tables are made. */
  SqliteEngine(Path file) throws SQLException {
    this.file = file;
    connections = new Connections(file);
    writing = connections.writing();
  }

  String url() {
    return connections.url();
  }

  /** Closes the file again, when it turned out to be of no use. */
  void abandon() throws SQLException {
    writing.close();
  }

  @Override
  public Transactions writing() {
    return new Writing(new WriteSession(writing, false));
  }

  @Override
  public boolean mayWrite() {
    return true;
  }

  @Override
  public Handle reading() throws SQLException {
    return Jdbi.open(connections.reading());
  }

  @Override
  public Handle loading() throws SQLException {
    return reading();
  }

  @Override
  public void begin(Handle handle) {
    handle.execute("BEGIN");
  }

  @Override
  public void end(Handle handle) {
    handle.execute("COMMIT");
  }

  @Override
  public boolean isLost(Handle handle) {
    return false;
  }

  @Override
  public Upkeep upkeep() throws SQLException {
    return new Folding(connections.folding(), new File(file + "-wal"));
  }

  @Override
  public long bytes(Readers readers) {
    return file.toFile().length() + new File(file + "-wal").length();
  }

  private static final class Writing implements Transactions {

    private final WriteSession session;
    private boolean failing;

    Writing(WriteSession session) {
      this.session = session;
    }

    @Override
    public void commit(Group group) throws SQLException {
      if (failing) {
        makeRoom();
      }
      boolean committed = false;
      try {
        session.update("BEGIN IMMEDIATE");
        group.run(session, true);
        session.update("COMMIT");
        committed = true;
      } finally {
        if (!committed) {
          rollBack();
        }
        failing = !committed;
      }
    }

    /**
     * Folds the log back and cuts it off, after a failure that may have been a full disk: the log
     * can be all that fills it, and without room it could not be folded at the time.
     */
    private void makeRoom() {
      try {
        session.query("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.getInt(1));
      } catch (SQLException e) {
        LOG.debug("No room to fold the log back", e);
      }
    }

    private void rollBack() {
      try {
        session.update("ROLLBACK");
      } catch (SQLException e) {
        // Some failures end the transaction by themselves; then there is nothing to roll back.
        LOG.debug("No transaction to roll back", e);
      }
    }

    @Override
    public void close() throws SQLException {
      session.close();
    }
  }

  /** Folds the write-ahead log back into the database. */
  private static final class Folding implements Upkeep {

    /** From this size of the log on it is folded back beside the commits. */
    private static final long FOLD_BYTES = 16L << 20;

    /** From this size on commits wait for what is left to fold, so that the log starts anew. */
    private static final long RESTART_BYTES = 64L << 20;

    private final Connection connection;
    private final File log;

    Folding(Connection connection, File log) {
      this.connection = connection;
      this.log = log;
    }

    @Override
    public void tidy() throws SQLException {
      if (log.length() < FOLD_BYTES) {
        return;
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
        if (log.length() >= RESTART_BYTES) {
          statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
      }
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
