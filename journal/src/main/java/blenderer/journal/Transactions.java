package blenderer.journal;

import java.sql.SQLException;

/** Runs groups of work, each in one transaction. Only the writer's thread uses it. */
interface Transactions extends AutoCloseable {

  /** A group; it may be run again if nothing of it was written. */
  interface Group {

    /**
     * Runs all of it.
     *
     * @param apart each unit behind a savepoint, so that one which breaks a rule fails alone
     * @throws NotApart when a unit failed and {@code apart} is false
     */
    void run(WriteSession session, boolean apart) throws SQLException;
  }

  /** A unit failed that shared its transaction with others. */
  final class NotApart extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotApart(Throwable cause) {
      super(null, cause, false, false);
    }
  }

  /**
   * Runs a group and commits it; when this returns it is durable.
   *
   * @throws SQLException when nothing of it was written, or when the database was lost in the
   *     middle of the commit and nobody can say yet
   */
  void commit(Group group) throws SQLException;

  @Override
  void close() throws SQLException;
}
