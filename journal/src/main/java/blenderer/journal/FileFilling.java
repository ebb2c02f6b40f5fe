package blenderer.journal;

import blenderer.core.Journal.JournalException;
import blenderer.journal.JournalPlace.InFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/** A new file of SQLite, written under another name until it is whole. */
final class FileFilling implements JournalFilling {

  private static final int BATCH = 1000;

  private final InFile place;

  FileFilling(InFile place) {
    this.place = place;
  }

  @Override
  public boolean isEmpty() {
    return !Files.exists(place.file());
  }

  @Override
  public JournalSums sums(LongConsumer progress) {
    try (JournalReading there = JournalReading.open(place)) {
      return there.sums(progress);
    }
  }

  @Override
  public JournalSums fill(JournalReading from, Map<String, String> secrets, LongConsumer progress) {
    Path file = place.file();
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(next);
      JournalSums sums = write(from, next, progress);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(file);
      return sums;
    } catch (IOException | RuntimeException e) {
      discard(next, e);
      if (e instanceof RuntimeException known) {
        throw known;
      }
      throw new JournalException("the journal " + file + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static void discard(Path file, Exception because) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private static void syncFolder(Path file) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel folder =
          FileChannel.open(Objects.requireNonNull(file.getParent()), StandardOpenOption.READ)) {
        folder.force(true);
      }
    }
  }

  /** Makes a file for this user alone: hashes of keys will be in it. */
  static void create(Path file) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
  }

  /** Writes a file that is not there yet, reads it again, and makes it durable. */
  static JournalSums write(JournalReading from, Path file, LongConsumer progress)
      throws IOException {
    create(file);
    String url = new Connections(file).url();
    JournalSums sums;
    try {
      Migrations.sqlite(url).migrate();
      try (Connection connection = DriverManager.getConnection(url)) {
        List<CarriedTable> tables = CarriedTable.of(connection, new InFile(file));
        CarriedTable.checkSame(from.tables(), tables);
        try (Statement statement = connection.createStatement()) {
          // Nobody reads it before it is whole and synced, so a crash may leave anything.
          statement.execute("PRAGMA journal_mode = OFF");
          statement.execute("PRAGMA synchronous = OFF");
          statement.execute("PRAGMA cache_size = -65536");
          statement.execute("BEGIN");
          for (CarriedTable table : tables) {
            statement.execute("DELETE FROM " + table.name());
          }
          SecondaryIndexes indexes = SecondaryIndexes.drop(connection, new InFile(file));
          sums = from.copyTo(new Inserts(connection), progress);
          indexes.make(connection);
          statement.execute("COMMIT");
        }
        JournalFilling.checkEqual(sums, TableCopy.sums(connection, tables, _ -> {}));
      }
    } catch (SQLException | FlywayException e) {
      throw new JournalException(
          "the journal cannot be written to " + file + ": " + SqlErrors.plainReason(e), e);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return sums;
  }

  /** Inserts rows in batches. */
  private static final class Inserts implements TableCopy.Target {

    private final Connection connection;
    private @Nullable PreparedStatement statement;
    private int waiting;

    Inserts(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void begin(CarriedTable table) throws SQLException {
      statement = connection.prepareStatement(table.insert());
    }

    @Override
    public void row(@Nullable Object[] values) throws SQLException {
      PreparedStatement insert = Objects.requireNonNull(statement);
      for (int i = 0; i < values.length; i++) {
        insert.setObject(i + 1, values[i]);
      }
      insert.addBatch();
      if (++waiting == BATCH) {
        insert.executeBatch();
        waiting = 0;
      }
    }

    @Override
    public void end() throws SQLException {
      PreparedStatement insert = Objects.requireNonNull(statement);
      if (waiting > 0) {
        insert.executeBatch();
        waiting = 0;
      }
      insert.close();
    }
  }

  @Override
  public void close() {}
}
