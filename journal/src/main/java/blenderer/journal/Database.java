package blenderer.journal;

import blenderer.cas.BlobIndex;
import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.Journal;
import blenderer.core.Journal.JournalException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One SQLite file with the farm's whole record, and the ports that others read and write it by. One
 * process may open it at a time: the lock on the server's data folder sees to that.
 */
public final class Database implements AutoCloseable {

  private static final int READERS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final AtomicBoolean closed = new AtomicBoolean();
  private final SqlAccounts.UseBoard uses = new SqlAccounts.UseBoard();
  private final Writer writer;
  private final Readers readers;
  private final Housekeeper housekeeper;
  private final SqlJournal journal;
  private final SqlHistory history;
  private final SqlFilm film;
  private final SqlBlobIndex blobs;
  private final SqlAccounts accounts;
  private final SqlClaims claims;
  private final SqlSessions sessions;
  private final SqlArchives archives;
  private final SqlAudit audit;
  private final SqlUsage usage;
  private final SqlStorage storage;
  private final SqlFarmLog farmLog;
  private final BlobReferences references;

  /**
   * Opens the file, or makes it, and brings its schema up to date.
   *
   * @throws JournalException when the file cannot be opened, or was written by a newer program; the
   *     message is a plain sentence
   */
  public static Database open(Path file) {
    Path path = file.toAbsolutePath();
    try {
      create(path);
      return new Database(path);
    } catch (IOException e) {
      throw new JournalException("the journal " + path + " cannot be made: " + e.getMessage(), e);
    } catch (SQLException e) {
      throw new JournalException(
          "the journal " + path + " cannot be opened: " + SqliteErrors.plainReason(e), e);
    }
  }

  private static void create(Path file) throws IOException {
    try {
      if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException e) {
      // It was made by an earlier start.
    }
  }

  private Database(Path file) throws SQLException {
    Connections connections = new Connections(file);
    // Opened first and kept: it sets the file's journal mode before the tables are made.
    Connection writing = connections.writing();
    try {
      migrate(file, connections.url());
    } catch (JournalException e) {
      writing.close();
      throw e;
    }
    writer = new Writer(new WriteSession(writing), List.of(uses::writeSometimes));
    readers = new Readers(READERS, () -> reading(connections));
    housekeeper = new Housekeeper(connections.folding(), writer, file);
    journal = new SqlJournal(this, writer, readers, housekeeper::sweep);
    history = new SqlHistory(readers);
    film = new SqlFilm(readers);
    blobs = new SqlBlobIndex(writer, readers);
    accounts = new SqlAccounts(uses, writer, readers);
    claims = new SqlClaims(writer);
    sessions = new SqlSessions(writer, readers);
    archives = new SqlArchives(writer, readers);
    audit = new SqlAudit(writer, readers);
    usage = new SqlUsage(readers);
    storage = new SqlStorage(writer, readers);
    farmLog = new SqlFarmLog(writer, readers);
    references = new BlobReferences(readers);
  }

  private static Handle reading(Connections connections) {
    try {
      return Jdbi.open(connections.reading());
    } catch (SQLException e) {
      throw SqliteErrors.unreadable(e);
    }
  }

  private static void migrate(Path file, String url) {
    try {
      Flyway flyway =
          Flyway.configure(Database.class.getClassLoader())
              .loggers("slf4j")
              .dataSource(url, "", "")
              .locations("classpath:db/journal")
              .placeholders(Map.of("clustered", "WITHOUT ROWID"))
              // Changes that were made side by side do not come in the order of their numbers.
              .outOfOrder(true)
              .load();
      for (MigrationInfo migration : flyway.info().all()) {
        if (migration.getState() == MigrationState.FUTURE_SUCCESS
            || migration.getState() == MigrationState.FUTURE_FAILED) {
          throw new JournalException(
              "the journal "
                  + file
                  + " was written by a newer Blenderer (schema "
                  + migration.getVersion()
                  + "); start that version or a later one, or restore an older backup",
              new IllegalStateException("newer schema"));
        }
      }
      flyway.migrate();
    } catch (FlywayException e) {
      throw new JournalException(
          "the journal " + file + " cannot be brought up to date: " + e.getMessage(), e);
    }
  }

  /** The scheduler's record. Closing it closes the database. */
  public Journal journal() {
    return journal;
  }

  /** What people read of the record. */
  public History history() {
    return history;
  }

  /** A step's tasks at once. */
  public Film film() {
    return film;
  }

  /** The content store's index; it keeps what a job needs. */
  public BlobIndex blobs() {
    return blobs;
  }

  /** Which blobs jobs need. */
  public BlobReferences references() {
    return references;
  }

  /** Keys and invites. */
  public AccountStore accounts() {
    return accounts;
  }

  /** Sessions of people's browsers. */
  public SessionStore sessions() {
    return sessions;
  }

  /** Ids of jobs that are about to be made. */
  public ClaimStore claims() {
    return claims;
  }

  /** The renderers that nodes fetch. */
  public ArchiveStore archives() {
    return archives;
  }

  /** Which person changed what. */
  public AuditLog audit() {
    return audit;
  }

  /** What people and projects used of the farm. */
  public UsageLog usage() {
    return usage;
  }

  /** What holds the content store's bytes. */
  public StorageLog storage() {
    return storage;
  }

  /** How busy the farm was over time. */
  public FarmLog farmLog() {
    return farmLog;
  }

  /** For tests: the thread that writes. */
  Writer writer() {
    return writer;
  }

  /** Finishes what is being written, then closes the file. May be called twice. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    housekeeper.close();
    try {
      uses.writeAll(writer);
    } catch (JournalException e) {
      LOG.warn("When keys were last used was not written: {}", e.getMessage());
    }
    writer.close();
    readers.close();
  }
}
