package blenderer.journal;

import blenderer.cas.BlobRow;
import blenderer.core.Journal.JournalException;
import blenderer.journal.JournalPlace.InFile;
import blenderer.journal.JournalPlace.InPostgres;
import blenderer.model.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * A journal as it is at one moment, read without leading it and without changing it: beside the
 * server that writes it, or in place of a server.
 *
 * <p>One thread. In a file of SQLite an open moment keeps the write-ahead log from being folded
 * back, so {@link #saveTo} and {@link #blobs} do not hold one for long.
 */
public final class JournalReading implements AutoCloseable {

  /** How long a server that has just died may still seem to hold the lock. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final JournalPlace place;
  private final Connection connection;
  private final List<CarriedTable> tables;
  private final @Nullable Leadership alone;

  private JournalReading(JournalPlace place, Connection connection, @Nullable Leadership alone)
      throws SQLException {
    this.place = place;
    this.connection = connection;
    this.alone = alone;
    if (place instanceof InFile) {
      connection.setAutoCommit(false);
    }
    tables = CarriedTable.of(connection, place);
    renew();
  }

  /**
   * Opens a journal that a server may be writing.
   *
   * @throws DatabaseRefused when there is none, when it was written by a newer program, or when it
   *     was not brought up to date by this one
   */
  public static JournalReading open(JournalPlace place) {
    checkState(place, false);
    return opened(place, null);
  }

  /**
   * The same, and in PostgreSQL no server can use it meanwhile. The lock on a data folder sees to
   * that for a file.
   */
  public static JournalReading openAlone(JournalPlace place) {
    return openAlone(place, PATIENCE);
  }

  static JournalReading openAlone(JournalPlace place, Duration patience) {
    checkState(place, false);
    return opened(place, patience);
  }

  /** Opens a file that was saved by {@link #saveTo}, also by an older program. */
  public static JournalReading openSaved(Path file) {
    return opened(new InFile(file), null);
  }

  /**
   * Whether this program can bring a saved file up to date.
   *
   * @throws DatabaseRefused when a newer one wrote it
   */
  public static void checkNotNewer(Path file) {
    checkState(new InFile(file), true);
  }

  private static JournalReading opened(JournalPlace place, @Nullable Duration alone) {
    Leadership lead = null;
    Connection connection = null;
    try {
      switch (place) {
        case InFile file -> connection = new Connections(file.file()).reading();
        case InPostgres database -> {
          PostgresConnections connections = new PostgresConnections(database.address());
          if (alone != null) {
            lead = SoleLeadership.take(connections, alone);
          }
          connection = connections.loading();
        }
      }
      return new JournalReading(place, connection, lead);
    } catch (SQLException e) {
      release(connection, lead);
      throw refused(place, e);
    } catch (RuntimeException e) {
      release(connection, lead);
      throw e;
    }
  }

  private static void release(@Nullable Connection connection, @Nullable Leadership lead) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // It was only read from.
    }
    if (lead != null) {
      lead.close();
    }
  }

  static RuntimeException refused(JournalPlace place, SQLException e) {
    return place instanceof InPostgres database
        ? PostgresSchema.refused(database.address(), e)
        : new JournalException(
            "the journal " + place + " cannot be read: " + SqlErrors.plainReason(e), e);
  }

  /** Whether this program knows exactly the tables that are there. */
  private static void checkState(JournalPlace place, boolean mayBeOlder) {
    try {
      Flyway flyway =
          switch (place) {
            case InFile file -> {
              if (!Files.isRegularFile(file.file())) {
                throw missing(place);
              }
              yield Migrations.sqlite(new Connections(file.file()).url());
            }
            case InPostgres database -> {
              PostgresSchema.check(new PostgresConnections(database.address()));
              yield Migrations.postgres(database.address());
            }
          };
      String newer = Migrations.newer(flyway);
      if (newer != null) {
        throw new DatabaseRefused(
            "journal-newer", Migrations.writtenByNewer(place.toString(), newer));
      }
      if (flyway.info().current() == null) {
        throw missing(place);
      }
      if (!mayBeOlder && Migrations.isBehind(flyway)) {
        throw new DatabaseRefused(
            "journal-older",
            "The journal "
                + place
                + " was last used by an older Blenderer. Use that version for this, or start this"
                + " version's server on it once, which brings it up to date.");
      }
    } catch (FlywayException e) {
      SQLException sql = SqlErrors.found(e, SQLException.class);
      if (sql != null) {
        throw refused(place, sql);
      }
      throw new JournalException("the journal " + place + " cannot be read: " + e.getMessage(), e);
    } catch (SQLException e) {
      throw refused(place, e);
    }
  }

  private static DatabaseRefused missing(JournalPlace place) {
    return new DatabaseRefused(
        "journal-missing",
        "There is no farm's journal at "
            + place
            + ". Name the place that the server is started with.");
  }

  /** From now on shows the journal as it is now. */
  public void renew() {
    run(
        () -> {
          connection.rollback();
          return null;
        });
  }

  private interface Reading<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  private <T extends @Nullable Object> T run(Reading<T> reading) {
    try {
      return reading.run();
    } catch (SQLException e) {
      throw SqlErrors.unreadable(e);
    }
  }

  private void query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** How many rows it has. */
  public long rows() {
    return run(
        () -> {
          long rows = 0;
          for (CarriedTable table : tables) {
            rows += number("SELECT COUNT(*) FROM " + table.name());
          }
          return rows;
        });
  }

  /** The number of its last change. */
  public long revision() {
    return run(() -> number("SELECT revision FROM meta WHERE id = 1"));
  }

  /** How many blobs it names. */
  public long blobCount() {
    return run(() -> number("SELECT COUNT(*) FROM blobs"));
  }

  /** How many bytes they have. */
  public long blobBytes() {
    return run(() -> number("SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM blobs"));
  }

  /**
   * The blobs after that one, at most so many, in the order of their digests; none: that was all.
   */
  public List<BlobRow> blobs(@Nullable Digest after, int limit) {
    return run(
        () -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT digest, size, needed_at, hold_until FROM blobs WHERE digest > ?"
                      + " ORDER BY digest LIMIT ?")) {
            query.setString(1, after == null ? "" : after.hex());
            query.setInt(2, limit);
            List<BlobRow> rows = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
              while (row.next()) {
                rows.add(
                    new BlobRow(
                        new Digest(row.getString(1)),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4)));
              }
            }
            return rows;
          }
        });
  }

  /** What several servers share in the database, by name; nothing for a journal in a file. */
  public Map<String, String> secrets() {
    return run(() -> Secrets.read(connection, place));
  }

  /** What it holds, in numbers. */
  public JournalSums sums(LongConsumer progress) {
    return run(() -> TableCopy.sums(connection, tables, progress));
  }

  List<CarriedTable> tables() {
    return tables;
  }

  /** Gives all rows to somebody and tells what they were. */
  JournalSums copyTo(TableCopy.Target target, LongConsumer progress) throws SQLException {
    return TableCopy.run(connection, tables, target, progress);
  }

  /**
   * Writes everything into a new file of SQLite, whichever database this is, durably.
   *
   * @param file is made; whatever went wrong, the caller throws it away
   * @throws JournalException also when there is no room
   */
  public void saveTo(Path file, LongConsumer progress) throws IOException {
    if (place instanceof InFile) {
      FileFilling.create(file);
      run(
          () -> {
            connection.rollback();
            connection.setAutoCommit(true);
            query("PRAGMA query_only = OFF");
            // Page by page and in one go: far quicker than rows, so that the log is not held long.
            try (PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
              copy.setString(1, file.toString());
              copy.execute();
            } finally {
              query("PRAGMA query_only = ON");
              connection.setAutoCommit(false);
            }
            return null;
          });
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    } else {
      FileFilling.write(this, file, progress);
    }
  }

  @Override
  public void close() {
    release(connection, alone);
  }
}
