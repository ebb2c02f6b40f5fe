package blenderer.journal;

import java.sql.SQLException;

/**
 * Counts changes of what servers keep in mind beside the scheduler's rows, so that one which did
 * not make the change itself knows to read it anew.
 */
final class Beside {

  private Beside() {}

  static void changed(WriteSession session) throws SQLException {
    session.update("UPDATE meta SET beside = beside + 1 WHERE id = 1");
  }
}
