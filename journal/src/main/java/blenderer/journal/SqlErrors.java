package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What the databases' errors mean. */
final class SqlErrors {

  private SqlErrors() {}

  /** Whether a statement broke a rule of the schema, so that others need not suffer for it. */
  static boolean isOwnFault(SQLException e) {
    SQLiteException sqlite = found(e, SQLiteException.class);
    if (sqlite != null) {
      return (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
    }
    String state = state(e);
    // A value that cannot be stored, a rule of a table.
    return state.startsWith("22") || state.startsWith("23");
  }

  /** Why it failed, in words for the person who runs the server. */
  static String plainReason(Throwable e) {
    SQLiteException sqlite = found(e, SQLiteException.class);
    if (sqlite != null) {
      return plainReason(sqlite);
    }
    PSQLException postgres = found(e, PSQLException.class);
    return postgres == null ? String.valueOf(e.getMessage()) : plainReason(postgres);
  }

  private static String plainReason(SQLiteException known) {
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

  private static String plainReason(PSQLException known) {
    String state = state(known);
    if (state.startsWith("08") || state.startsWith("57P")) {
      return "the database does not answer ("
          + firstLine(known)
          + "); the journal goes on by itself when it does";
    }
    return switch (state) {
      case "53100" -> "the database's disk is full; free some space, the journal goes on by itself";
      case "53300" -> "the database takes no more connections; raise its max_connections";
      case "57014" -> "the database took too long over a statement";
      case "55P03" -> "another program holds a lock on the journal's tables";
      case "25006" -> "the database is read-only now: another machine may have taken over from it";
      default -> firstLine(known);
    };
  }

  /** The server's own words without its hints and places. */
  static String firstLine(PSQLException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return (end < 0 ? message : message.substring(0, end)).replaceFirst("\\.+$", "");
  }

  /** The five letters and digits of the SQL standard; empty if there are none. */
  static String state(Throwable e) {
    PSQLException known = found(e, PSQLException.class);
    String state = known == null ? null : known.getSQLState();
    return state == null ? "" : state;
  }

  /** What a failed read is to its caller. */
  static JournalException unreadable(Throwable e) {
    return new JournalException("the journal cannot be read: " + plainReason(e), e);
  }

  /** Of a failed batch the failure itself says why, and the batch only where. */
  static <T extends SQLException> @Nullable T found(Throwable e, Class<T> kind) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (kind.isInstance(at)) {
        return kind.cast(at);
      }
      if (at instanceof BatchUpdateException batch && kind.isInstance(batch.getNextException())) {
        return kind.cast(batch.getNextException());
      }
    }
    return null;
  }
}
