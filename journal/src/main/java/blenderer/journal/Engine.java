package blenderer.journal;

import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/**
 * What differs between the databases that a journal can be kept in; every statement on its tables
 * is the same text for all of them. Safe for many threads.
 */
interface Engine {

  /** Opens what the writer writes by; called once. */
  Transactions writing() throws SQLException;

  /** Whether this server may write now. */
  boolean mayWrite();

  /** Opens one more connection that only reads. */
  Handle reading() throws SQLException;

  /** The same for one read that may take minutes. */
  Handle loading() throws SQLException;

  /** Begins a read: all its statements see the journal at one revision. */
  void begin(Handle handle) throws SQLException;

  /** Ends a read, however it went. */
  void end(Handle handle) throws SQLException;

  /** Whether a connection is of no use any more, so that a read may be tried on a new one. */
  boolean isLost(Handle handle);

  /** Opens what keeps the database's files small beside the writer; called once. */
  Upkeep upkeep() throws SQLException;

  /** How much disk the journal takes. */
  long bytes(Readers readers);

  /** Work on the database's files that no commit waits for. One thread. */
  interface Upkeep extends AutoCloseable {

    /** Called a few times a second. */
    void tidy() throws SQLException;

    @Override
    void close() throws SQLException;
  }
}
