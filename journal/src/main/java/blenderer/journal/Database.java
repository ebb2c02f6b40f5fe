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
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The farm's whole record in one file of SQLite or in PostgreSQL, and the ports that others read
 * and write it by. One process may write it at a time: the lock on the server's data folder sees to
 * that, or the lock in PostgreSQL.
 */
public final class Database implements AutoCloseable {

  private static final int READERS = 4;

  /**
   * So long a write waits for a database that is being started anew, and a start for the lock of a
   * server that died.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final AtomicBoolean closed = new AtomicBoolean();
  private final SqlAccounts.UseBoard uses = new SqlAccounts.UseBoard();
  private final Engine engine;
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
      SqliteEngine engine = new SqliteEngine(path);
      try {
        migrate(engine, path);
        return new Database(engine);
      } catch (JournalException e) {
        engine.abandon();
        throw e;
      }
    } catch (IOException e) {
      throw new JournalException("the journal " + path + " cannot be made: " + e.getMessage(), e);
    } catch (SQLException e) {
      throw new JournalException(
          "the journal " + path + " cannot be opened: " + SqlErrors.plainReason(e), e);
    }
  }

  /**
   * Opens a journal in PostgreSQL, makes its tables or brings them up to date, and takes the lead.
   *
   * @throws DatabaseRefused when it cannot be used; the message is a plain sentence
   */
  public static Database open(PostgresAddress address) {
    return open(address, PATIENCE);
  }

  static Database open(PostgresAddress address, Duration patience) {
    PostgresConnections connections = new PostgresConnections(address);
    PostgresSchema.check(connections);
    SoleLeadership leadership = null;
    try {
      leadership = SoleLeadership.take(connections, patience);
      PostgresSchema.migrate(connections);
      leadership.begin();
      return new Database(new PostgresEngine(connections, leadership, patience, false));
    } catch (SQLException e) {
      release(leadership);
      throw PostgresSchema.refused(address, e);
    } catch (RuntimeException e) {
      release(leadership);
      throw e;
    }
  }

  /**
   * A journal in PostgreSQL that several servers share.
   *
   * @param id of this server, never given before
   * @param database writes as soon as, and as long as, the server leads
   * @param election not begun yet
   */
  public record Shared(
      String id, Database database, Election election, CommitTail tail, Replicas replicas) {}

  /**
   * Opens a journal in PostgreSQL beside other servers, and makes its tables or brings them up to
   * date.
   *
   * @param id this server's
   * @throws DatabaseRefused when it cannot be used; the message is a plain sentence
   */
  public static Shared share(PostgresAddress address, String id) {
    PostgresConnections connections = new PostgresConnections(address);
    PostgresSchema.check(connections);
    Replicas replicas = new Replicas(connections);
    try {
      PostgresSchema.migrate(connections);
      if (replicas.isHeldBySole()) {
        throw new DatabaseRefused(
            "database-in-use",
            "The database "
                + address
                + " is used by a server that keeps its files on its own disk, and so works alone."
                + " Stop it, or give this one another database.");
      }
      Election election = new Election(connections, id);
      Database database = new Database(new PostgresEngine(connections, election, PATIENCE, true));
      return new Shared(id, database, election, new CommitTail(database.readers), replicas);
    } catch (SQLException e) {
      replicas.close();
      throw PostgresSchema.refused(address, e);
    } catch (RuntimeException e) {
      replicas.close();
      throw e;
    }
  }

  private static void release(@Nullable Leadership leadership) {
    if (leadership != null) {
      leadership.close();
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

  private Database(Engine engine) throws SQLException {
    this.engine = engine;
    writer = new Writer(engine.writing(), List.of(uses::writeSometimes));
    readers = new Readers(READERS, engine);
    housekeeper = new Housekeeper(engine.upkeep(), writer, engine::mayWrite);
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

  private static void migrate(SqliteEngine engine, Path file) {
    try {
      Flyway flyway = Migrations.sqlite(engine.url());
      String newer = Migrations.newer(flyway);
      if (newer != null) {
        throw new JournalException(
            Migrations.writtenByNewer(file.toString(), newer),
            new IllegalStateException("newer schema"));
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

  /** How much disk the journal takes; 0 if that cannot be known now. */
  public long bytes() {
    try {
      return engine.bytes(readers);
    } catch (JournalException e) {
      LOG.debug("how large the journal is cannot be known now", e);
      return 0;
    }
  }

  /** When keys were used that this server has noted and not written; it forgets them. */
  public Map<String, Long> takeUses() {
    return uses.take();
  }

  /** Writes when keys were used last, as far as it is not written yet. */
  public void writeUses() {
    try {
      if (engine.mayWrite()) {
        uses.writeAll(writer);
      }
    } catch (JournalException e) {
      LOG.warn("When keys were last used was not written: {}", e.getMessage());
    }
  }

  /** For tests: uses of keys that are not written yet. */
  SqlAccounts.UseBoard uses() {
    return uses;
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
    writeUses();
    writer.close();
    readers.close();
  }
}
