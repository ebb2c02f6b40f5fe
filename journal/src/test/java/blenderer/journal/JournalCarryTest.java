package blenderer.journal;

import static blenderer.journal.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.core.Journal.JournalException;
import blenderer.journal.JournalPlace.InFile;
import blenderer.journal.JournalPlace.InPostgres;
import blenderer.model.JobState;
import blenderer.model.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole journals, from one database to another. */
@Tag("slow")
final class JournalCarryTest {

  private static final int ROWS = 70;

  /** What a text may hold that a database's own notation uses for something else. */
  private static final List<String> ODD =
      List.of(
          "", "\\N", "\\.", "a\tb", "a\nb\r\n", "\\", "'\"", "zoë ☂ 🎬", " end ", "{\"a\":[1]}");

  @TempDir Path folder;
  private InFile source;

  @BeforeEach
  void make() throws SQLException {
    source = new InFile(folder.resolve("journal.sqlite"));
    Database.open(source.file()).close();
    fillEveryTable(source.file());
  }

  private static InPostgres freshDatabase() {
    return new InPostgres(SharedPostgres.address(SharedPostgres.fresh()));
  }

  private InFile freshFile(String name) {
    return new InFile(folder.resolve(name));
  }

  /**
   * Rows of no sense in every table that a migration ever made, also in those that come one day.
   */
  private static void fillEveryTable(Path file) throws SQLException {
    SplittableRandom random = new SplittableRandom(7);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      for (CarriedTable table : CarriedTable.of(connection, new InFile(file))) {
        if (table.name().equals("meta")) {
          continue;
        }
        Set<String> optional = optionalColumns(connection, table.name());
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(table.insert())) {
          for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < table.columns().size(); i++) {
              CarriedTable.Column column = table.columns().get(i);
              boolean none = optional.contains(column.name()) && random.nextInt(3) == 0;
              insert.setObject(i + 1, none ? null : value(column.kind(), row, random));
            }
            insert.executeUpdate();
          }
        }
        connection.commit();
        connection.setAutoCommit(true);
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute("UPDATE meta SET revision = 4711, attempts = 12, outputs = 13");
      }
    }
  }

  private static Object value(CarriedTable.Kind kind, int row, SplittableRandom random) {
    return switch (kind) {
      case WHOLE -> random.nextInt(1_000) * 1_000L + row;
      case REAL -> random.nextDouble();
      case TEXT -> row + ODD.get(row % ODD.size()) + random.nextInt(9);
    };
  }

  private static Set<String> optionalColumns(Connection connection, String table)
      throws SQLException {
    Set<String> optional = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA table_info(" + table + ")")) {
      while (row.next()) {
        if (row.getInt("notnull") == 0 && row.getInt("pk") == 0) {
          optional.add(row.getString("name"));
        }
      }
    }
    return optional;
  }

  private static JournalSums carry(JournalPlace from, JournalPlace to) {
    try (JournalReading reading = JournalReading.openAlone(from);
        JournalFilling filling = JournalFilling.open(to)) {
      assertThat(filling.isEmpty()).as("it is empty before").isTrue();
      JournalSums sums = filling.fill(reading, reading.secrets(), _ -> {});
      assertThat(filling.isEmpty()).as("it is empty after").isFalse();
      assertThat(sums.rows()).isEqualTo(reading.rows());
      return sums;
    }
  }

  private static JournalSums sums(JournalPlace place) {
    try (JournalReading reading = JournalReading.open(place)) {
      return reading.sums(_ -> {});
    }
  }

  /**
   * Fails when a migration adds a table that is only in one of the databases: it must be in both,
   * or be named in {@link CarriedTable#OF_REPLICAS}.
   */
  @Test
  void every_table_of_the_journal_is_carried() throws SQLException {
    String database = SharedPostgres.fresh();
    InPostgres place = new InPostgres(SharedPostgres.address(database));
    Database.open(place.address()).close();
    try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + source.file());
        Connection there = new PostgresConnections(place.address()).plain()) {
      List<CarriedTable> tables = CarriedTable.of(file, source);
      CarriedTable.checkSame(tables, CarriedTable.of(there, place));
      Set<String> left =
          new TreeSet<>(
              SharedPostgres.run(
                  database,
                  "SELECT table_name FROM information_schema.tables WHERE table_schema ="
                      + " 'public'"));
      tables.forEach(table -> assertThat(left.remove(table.name())).as(table.name()).isTrue());
      left.removeAll(CarriedTable.OF_REPLICAS);
      assertThat(left).containsExactly("flyway_schema_history");
    }
    assertThat(sums(source).tables())
        .as("and the rows of each are looked at here")
        .allSatisfy(
            table -> assertThat(table.rows()).isEqualTo(table.name().equals("meta") ? 1 : ROWS));
  }

  @Test
  void rows_are_the_same_wherever_they_were_carried() throws SQLException {
    JournalSums before = sums(source);
    InPostgres one = freshDatabase();
    InPostgres two = freshDatabase();
    InFile back = freshFile("back.sqlite");
    InFile again = freshFile("again.sqlite");
    assertThat(carry(source, one)).isEqualTo(before);
    assertThat(carry(one, two)).isEqualTo(before);
    assertThat(carry(two, back)).isEqualTo(before);
    assertThat(carry(back, again)).isEqualTo(before);
    assertThat(sums(source)).as("the source stays as it was").isEqualTo(before);
    // And not only by our own count.
    assertThat(dump(again.file())).isEqualTo(dump(source.file()));
    assertThat(schema(again.file())).isEqualTo(schema(source.file())).hasSizeGreaterThan(30);
    String indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";
    String database = SharedPostgres.fresh();
    Database.open(SharedPostgres.address(database)).close();
    assertThat(SharedPostgres.run(name(two), indexes))
        .isEqualTo(SharedPostgres.run(database, indexes))
        .hasSizeGreaterThan(30);
    try (Database opened = Database.open(again.file());
        Database other = Database.open(two.address())) {
      assertThat(other.history().revision()).isEqualTo(opened.history().revision());
    }
  }

  private static String name(InPostgres place) {
    return place.address().database();
  }

  private static Set<String> schema(Path file) throws SQLException {
    Set<String> makers = new TreeSet<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT sql FROM sqlite_schema")) {
      while (row.next()) {
        makers.add(String.valueOf(row.getString(1)));
      }
    }
    return makers;
  }

  /** All rows as SQLite itself writes its values. */
  private static Set<String> dump(Path file) throws SQLException {
    Set<String> rows = new TreeSet<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      for (CarriedTable table : CarriedTable.of(connection, new InFile(file))) {
        String values =
            String.join(
                " || ',' || ",
                table.columns().stream().map(c -> "quote(" + c.name() + ")").toList());
        try (Statement statement = connection.createStatement();
            ResultSet row = statement.executeQuery("SELECT " + values + " FROM " + table.name())) {
          while (row.next()) {
            rows.add(table.name() + ": " + row.getString(1));
          }
        }
      }
    }
    return rows;
  }

  @Test
  void one_changed_value_changes_the_digest() throws SQLException {
    JournalSums before = sums(source);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source.file());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE looks SET mean = mean + 0.000001 WHERE job = (SELECT MIN(job) FROM looks)");
    }
    assertThat(before.difference(sums(source)))
        .hasValueSatisfying(it -> assertThat(it).startsWith("looks"));
    assertThat(sums(source).digest()).isNotEqualTo(before.digest());
  }

  @Test
  void what_ends_in_the_middle_leaves_nothing_and_can_be_begun_again() {
    for (JournalPlace to : List.of(freshFile("cut.sqlite"), freshDatabase())) {
      try (JournalReading reading = JournalReading.open(source);
          JournalFilling filling = JournalFilling.open(to)) {
        assertThatThrownBy(
                () ->
                    filling.fill(
                        reading,
                        Map.of(),
                        _ -> {
                          throw new IllegalStateException("killed");
                        }))
            .hasMessage("killed");
        assertThat(filling.isEmpty()).isTrue();
      }
      assertThat(carry(source, to)).isEqualTo(sums(source));
    }
    assertThat(folder.resolve("cut.sqlite.new")).doesNotExist();
  }

  @Test
  void a_database_that_changes_what_it_is_given_is_noticed_and_left_empty() throws SQLException {
    String database = SharedPostgres.fresh();
    InPostgres place = new InPostgres(SharedPostgres.address(database));
    Database.open(place.address()).close();
    SharedPostgres.run(
        database,
        "CREATE FUNCTION spoil() RETURNS trigger AS"
            + " $$ BEGIN NEW.amount := '1' || NEW.amount; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER spoil BEFORE INSERT ON limits FOR EACH ROW EXECUTE FUNCTION spoil()");
    try (JournalReading reading = JournalReading.open(source);
        JournalFilling filling = JournalFilling.open(place)) {
      assertThatThrownBy(() -> filling.fill(reading, Map.of(), _ -> {}))
          .isInstanceOf(DatabaseRefused.class)
          .hasMessageContaining("limits")
          .extracting(e -> ((DatabaseRefused) e).code())
          .isEqualTo("rows-differ");
      assertThat(filling.isEmpty()).isTrue();
    }
  }

  private static void refusesToRead(JournalPlace place, String code) {
    assertThatThrownBy(() -> JournalReading.open(place))
        .isInstanceOf(DatabaseRefused.class)
        .extracting(e -> ((DatabaseRefused) e).code())
        .isEqualTo(code);
  }

  @Test
  void a_journal_of_another_version_or_none_is_refused() throws SQLException, IOException {
    String newer =
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
            + " installed_by, execution_time, success)"
            + " VALUES (9999, '9999', 'later', 'SQL', 'V9999__later.sql', 'x', 1, %s)";
    String older = "DELETE FROM flyway_schema_history WHERE version = '19'";
    String database = SharedPostgres.fresh();
    InPostgres place = new InPostgres(SharedPostgres.address(database));
    refusesToRead(place, "journal-missing");
    refusesToRead(freshFile("nowhere.sqlite"), "journal-missing");
    assertThat(folder.resolve("nowhere.sqlite")).doesNotExist();
    Database.open(place.address()).close();
    SharedPostgres.run(database, newer.formatted("true"));
    onFile(newer.formatted("1"));
    refusesToRead(place, "journal-newer");
    refusesToRead(source, "journal-newer");
    assertThatThrownBy(() -> JournalFilling.open(place))
        .isInstanceOf(DatabaseRefused.class)
        .hasMessageContaining("newer Blenderer");
    SharedPostgres.run(database, "DELETE FROM flyway_schema_history WHERE version = '9999'", older);
    onFile("DELETE FROM flyway_schema_history WHERE version = '9999'", older);
    refusesToRead(place, "journal-older");
    refusesToRead(source, "journal-older");
    Files.writeString(folder.resolve("words.sqlite"), "these are words and no database at all");
    assertThatThrownBy(() -> JournalReading.open(freshFile("words.sqlite")))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("words.sqlite");
  }

  private void onFile(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source.file());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void while_a_server_runs_its_database_is_neither_carried_away_nor_filled() {
    InPostgres place = freshDatabase();
    try (Database server = Database.open(place.address())) {
      server.journal().commit(1, List.of(job("01a", JobState.RUNNING)));
      assertThatThrownBy(() -> JournalReading.openAlone(place, Duration.ofMillis(300)))
          .extracting(e -> ((DatabaseRefused) e).code())
          .isEqualTo("database-in-use");
      assertThatThrownBy(() -> PostgresFilling.open(place, Duration.ofMillis(300)))
          .extracting(e -> ((DatabaseRefused) e).code())
          .isEqualTo("database-in-use");
      try (JournalReading beside = JournalReading.open(place)) {
        assertThat(beside.rows()).isPositive();
      }
    }
  }

  @Test
  void a_file_saved_beside_a_server_that_writes_is_whole() throws IOException {
    InPostgres place = freshDatabase();
    InFile file = freshFile("live.sqlite");
    for (JournalPlace at : List.of(file, place)) {
      Path saved = folder.resolve("saved-" + (at == file ? "file" : "postgres"));
      try (Database server =
          at == file ? Database.open(file.file()) : Database.open(place.address())) {
        server.journal().commit(1, List.of(job("01a", JobState.RUNNING)));
        server.accounts().add("k1", "ada", Role.ADMIN, Samples.digest("s").hex(), 5);
        try (JournalReading beside = JournalReading.open(at)) {
          beside.saveTo(saved, _ -> {});
          server.journal().commit(2, List.of(job("01b", JobState.RUNNING)));
          JournalSums then = sums(new InFile(saved));
          beside.renew();
          assertThat(beside.sums(_ -> {}).difference(then)).as("it went on").isPresent();
        }
      }
      try (Database opened = Database.open(saved)) {
        assertThat(opened.history().revision()).isEqualTo(1);
        assertThat(opened.history().job("01a")).isPresent();
        assertThat(opened.history().job("01b")).isEmpty();
        assertThat(opened.accounts().keys()).hasSize(1);
      }
      assertThat(Files.getPosixFilePermissions(saved)).hasSize(2);
    }
  }

  @Test
  void what_servers_share_in_a_database_comes_along() throws SQLException {
    String one = SharedPostgres.fresh();
    String two = SharedPostgres.fresh();
    for (String database : List.of(one, two)) {
      Database.open(SharedPostgres.address(database)).close();
      SharedPostgres.run(
          database,
          "CREATE TABLE IF NOT EXISTS farm_secrets"
              + " (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)");
    }
    InPostgres first = new InPostgres(SharedPostgres.address(one));
    try (JournalReading reading = JournalReading.open(source);
        JournalFilling filling = JournalFilling.open(first)) {
      filling.fill(reading, Map.of("authority", "a\nb"), _ -> {});
    }
    carry(first, new InPostgres(SharedPostgres.address(two)));
    try (JournalReading reading = JournalReading.open(first)) {
      assertThat(reading.secrets()).isEqualTo(Map.of("authority", "a\nb"));
    }
    assertThat(SharedPostgres.run(two, "SELECT value FROM farm_secrets")).containsExactly("a\nb");
  }
}
