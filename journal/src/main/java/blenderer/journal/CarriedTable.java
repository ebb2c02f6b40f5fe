package blenderer.journal;

import blenderer.journal.JournalPlace.InFile;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A table of the journal as its database describes it. Nobody keeps a list of them: whatever a
 * migration makes is carried along, unless it is named here as something of one database's own.
 *
 * @param columns in an order that is the same in every database
 * @param key the primary key's columns
 */
record CarriedTable(String name, List<Column> columns, List<String> key) {

  /** What a column holds, whatever its database calls that. */
  enum Kind {
    WHOLE,
    REAL,
    TEXT
  }

  /** One column. */
  record Column(String name, Kind kind) {}

  /** Secrets that lie in the database so that several servers share them. */
  static final String SECRETS = "farm_secrets";

  /**
   * Not the farm's record but how servers share one database; a server that starts makes its rows
   * anew. {@link #SECRETS} comes along by another way, since a journal in a file has none.
   */
  static final Set<String> OF_REPLICAS = Set.of("leader", "replicas", "commits", SECRETS);

  private static final String HISTORY = "flyway_schema_history";

  private static final String IN_SQLITE =
      "SELECT m.name, c.name, c.type, c.pk FROM sqlite_schema m JOIN pragma_table_info(m.name) c"
          + " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite^_%' ESCAPE '^'";

  private static final String IN_POSTGRES =
      "SELECT c.table_name, c.column_name, c.data_type, COALESCE(k.ordinal_position, 0)"
          + " FROM information_schema.tables t"
          + " JOIN information_schema.columns c ON c.table_schema = t.table_schema"
          + " AND c.table_name = t.table_name"
          + " LEFT JOIN (SELECT u.table_schema, u.table_name, u.column_name, u.ordinal_position"
          + " FROM information_schema.key_column_usage u"
          + " JOIN information_schema.table_constraints p ON p.table_schema = u.table_schema"
          + " AND p.table_name = u.table_name AND p.constraint_name = u.constraint_name"
          + " WHERE p.constraint_type = 'PRIMARY KEY') k ON k.table_schema = c.table_schema"
          + " AND k.table_name = c.table_name AND k.column_name = c.column_name"
          + " WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE'";

  /** Those of a database that are carried, by their names. */
  static List<CarriedTable> of(Connection connection, JournalPlace place) throws SQLException {
    Map<String, Map<String, Kind>> columns = new TreeMap<>();
    Map<String, TreeMap<Integer, String>> keys = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(place instanceof InFile ? IN_SQLITE : IN_POSTGRES)) {
      while (row.next()) {
        String table = row.getString(1);
        if (table.equals(HISTORY) || OF_REPLICAS.contains(table)) {
          continue;
        }
        String column = row.getString(2);
        columns
            .computeIfAbsent(table, _ -> new TreeMap<>())
            .put(column, kind(table, column, row.getString(3)));
        if (row.getInt(4) > 0) {
          keys.computeIfAbsent(table, _ -> new TreeMap<>()).put(row.getInt(4), column);
        }
      }
    }
    List<CarriedTable> tables = new ArrayList<>();
    columns.forEach(
        (name, all) -> {
          TreeMap<Integer, String> key = keys.get(name);
          if (key == null) {
            throw notCarried("the table " + name + " has no primary key");
          }
          tables.add(
              new CarriedTable(
                  name,
                  all.entrySet().stream().map(c -> new Column(c.getKey(), c.getValue())).toList(),
                  List.copyOf(key.values())));
        });
    return tables;
  }

  private static Kind kind(String table, String column, String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "int", "integer", "bigint" -> Kind.WHOLE;
      case "double precision" -> Kind.REAL;
      case "text" -> Kind.TEXT;
      default -> throw notCarried("the column " + table + "." + column + " is of type " + type);
    };
  }

  /** That every row of the one has its place in the other. */
  static void checkSame(List<CarriedTable> from, List<CarriedTable> to) {
    if (!from.equals(to)) {
      Map<String, CarriedTable> different = new LinkedHashMap<>();
      from.forEach(table -> different.put(table.name(), table));
      to.forEach(
          table -> {
            if (!table.equals(different.remove(table.name()))) {
              different.put(table.name(), table);
            }
          });
      throw notCarried(
          "the tables " + new TreeSet<>(different.keySet()) + " are not the same in both");
    }
  }

  /** A fault of the program's, which a test notices; still nothing may be lost by it. */
  private static DatabaseRefused notCarried(String why) {
    return new DatabaseRefused(
        "journal-tables",
        "The journal cannot be carried over: "
            + why
            + ". Nothing was changed; please report this with the version of Blenderer.");
  }

  private String names() {
    return String.join(", ", columns.stream().map(Column::name).toList());
  }

  String insert() {
    return "INSERT INTO "
        + name
        + " ("
        + names()
        + ") VALUES ("
        + "?, ".repeat(columns.size() - 1)
        + "?)";
  }

  String copyIn() {
    return "COPY " + name + " (" + names() + ") FROM STDIN";
  }

  /** What takes a row; the values belong to the caller, who uses them again. */
  interface RowTaker {
    void take(@Nullable Object[] values) throws SQLException;
  }

  /**
   * Reads all rows in the order of the key; values are {@code Long}, {@code Double}, text, null.
   */
  void each(Connection connection, RowTaker taker) throws SQLException {
    String query = "SELECT " + names() + " FROM " + name + " ORDER BY " + String.join(", ", key);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      @Nullable Object[] values = new @Nullable Object[columns.size()];
      while (row.next()) {
        for (int i = 0; i < values.length; i++) {
          values[i] = value(row, i + 1, columns.get(i).kind());
        }
        taker.take(values);
      }
    }
  }

  private static @Nullable Object value(ResultSet row, int at, Kind kind) throws SQLException {
    Object value =
        switch (kind) {
          case WHOLE -> row.getLong(at);
          case REAL -> row.getDouble(at);
          case TEXT -> WriteSession.storable(row.getString(at));
        };
    return row.wasNull() ? null : value;
  }
}
