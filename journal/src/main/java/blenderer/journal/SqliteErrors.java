package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What the database's errors mean. */
final class SqliteErrors {

  private SqliteErrors() {}

  /** Whether a statement broke a rule of the schema, so that others need not suffer for it. */
  static boolean isOwnFault(SQLException e) {
    return (code(e) & 0xff) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
  }

  /** Why it failed, in words for the person who runs the server. */
  static String plainReason(Throwable e) {
    SQLiteException known = sqlite(e);
    if (known == null) {
      return String.valueOf(e.getMessage());
    }
    SQLiteErrorCode code = known.getResultCode();
    if (code == SQLiteErrorCode.SQLITE_FULL) {
      return "the disk of the journal is full; free some space, the journal goes on by itself";
    }
    if ((code.code & 0xff) == SQLiteErrorCode.SQLITE_IOERR.code) {
      return "the disk of the journal failed or is full (" + code.name() + ")";
    }
    if ((code.code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code) {
      return "another program holds the journal";
    }
    if (code == SQLiteErrorCode.SQLITE_NOTADB || code == SQLiteErrorCode.SQLITE_CORRUPT) {
      return "the journal's file is damaged; restore a backup";
    }
    return String.valueOf(known.getMessage());
  }

  /** What a failed read is to its caller. */
  static JournalException unreadable(Throwable e) {
    return new JournalException("the journal cannot be read: " + plainReason(e), e);
  }

  private static int code(SQLException e) {
    SQLiteException known = sqlite(e);
    return known == null ? e.getErrorCode() : known.getResultCode().code;
  }

  private static @Nullable SQLiteException sqlite(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SQLiteException found) {
        return found;
      }
    }
    return null;
  }
}
