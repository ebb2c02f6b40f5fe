package blenderer.journal;

import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The writing connection with every statement it has met kept prepared: preparing costs several
 * times as much as running a small one. Only the writer's thread uses it.
 */
final class WriteSession implements AutoCloseable {

  /** Makes a value of the row that the cursor stands on. */
  interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  /** So many rows are gathered at most. */
  private static final int MOST_GATHERED = 6_000;

  private final Connection connection;
  private final boolean gathers;
  private final boolean tells;
  private final Map<String, Kept> prepared = new HashMap<>();

  /** What waits to be sent: the statement, by the table that it changes. */
  private final Map<String, String> gathered = new LinkedHashMap<>();

  private final Map<String, String> tables = new HashMap<>();
  private int gatheredRows;

  /**
   * @param gathers whether each statement is a way over a network, so that many go at once
   * @param tells whether other servers follow what is written
   */
  WriteSession(Connection connection, boolean gathers, boolean tells) {
    this.connection = connection;
    this.gathers = gathers;
    this.tells = tells;
  }

  /** Nobody follows what is written. */
  WriteSession(Connection connection, boolean gathers) {
    this(connection, gathers, false);
  }

  /** Whether other servers follow what is written. */
  boolean tells() {
    return tells;
  }

  /** Whether statements cost a way over a network each. */
  boolean gathers() {
    return gathers;
  }

  Connection connection() {
    return connection;
  }

  /**
   * Runs a statement that returns nothing.
   *
   * @param sql a constant: it is kept
   * @return how many rows it changed
   */
  int update(String sql, @Nullable Object... arguments) throws SQLException {
    flush();
    try {
      return bound(sql, arguments).executeUpdate();
    } catch (SQLException e) {
      forget(sql, e);
      throw e;
    }
  }

  /**
   * Runs a statement of whose outcome nothing needs to be known, at once or with the next that
   * returns something. Statements on one table keep their order; those on several need not.
   *
   * @param sql a constant: it is kept; an insert, update or delete
   */
  void later(String sql, @Nullable Object... arguments) throws SQLException {
    if (!gathers) {
      update(sql, arguments);
      return;
    }
    String table = tables.computeIfAbsent(sql, WriteSession::table);
    String before = gathered.get(table);
    Kept kept = kept(sql);
    if (before != null && (!before.equals(sql) || kept.hasWaiting(arguments))) {
      gathered.remove(table);
      send(before);
    }
    if (++gatheredRows > MOST_GATHERED) {
      flush();
    }
    kept.waits(arguments);
    bound(sql, arguments).addBatch();
    gathered.put(table, sql);
  }

  /** The table that a statement changes. */
  private static String table(String sql) {
    List<String> words = List.of(sql.split("[ (]+", 4));
    return words.getFirst().equals("UPDATE") ? words.get(1) : words.get(2);
  }

  /** Sends what waits. */
  void flush() throws SQLException {
    while (!gathered.isEmpty()) {
      String table = gathered.keySet().iterator().next();
      send(Objects.requireNonNull(gathered.remove(table)));
    }
    gatheredRows = 0;
  }

  private void send(String sql) throws SQLException {
    Kept kept = Objects.requireNonNull(prepared.get(sql));
    try {
      kept.waiting.clear();
      kept.statement.executeBatch();
    } catch (SQLException e) {
      forget(sql, e);
      throw e;
    }
  }

  /** Forgets what waits to be sent, then runs a statement that takes back what was sent. */
  void undo(String sql) throws SQLException {
    drop();
    update(sql);
  }

  /** Forgets what waits to be sent. */
  void drop() throws SQLException {
    for (String waiting : gathered.values()) {
      Kept kept = prepared.get(waiting);
      if (kept != null) {
        kept.waiting.clear();
        kept.statement.clearBatch();
      }
    }
    gathered.clear();
    gatheredRows = 0;
  }

  /**
   * Runs a statement that returns rows.
   *
   * @param sql a constant: it is kept
   */
  <T> List<T> query(String sql, Mapper<T> mapper, @Nullable Object... arguments)
      throws SQLException {
    flush();
    List<T> all = new ArrayList<>();
    try (ResultSet rows = bound(sql, arguments).executeQuery()) {
      while (rows.next()) {
        all.add(mapper.map(rows));
      }
    } catch (SQLException e) {
      forget(sql, e);
      throw e;
    }
    return all;
  }

  /** The first row of {@link #query}. */
  <T> Optional<T> first(String sql, Mapper<T> mapper, @Nullable Object... arguments)
      throws SQLException {
    return query(sql, mapper, arguments).stream().findFirst();
  }

  /** The driver closes some statements when they fail, so a failed one is prepared anew. */
  private void forget(String sql, SQLException failure) {
    Kept kept = prepared.remove(sql);
    if (kept != null) {
      try {
        kept.statement.close();
      } catch (SQLException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private Kept kept(String sql) throws SQLException {
    Kept known = prepared.get(sql);
    if (known == null) {
      known = new Kept(sql, connection.prepareStatement(sql));
      prepared.put(sql, known);
    }
    return known;
  }

  private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
    Kept kept = kept(sql);
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] == null && gathers) {
        kept.statement.setNull(i + 1, kept.type(i));
      } else {
        kept.statement.setObject(i + 1, gathers ? storable(arguments[i]) : arguments[i]);
      }
    }
    return kept.statement;
  }

  /** A prepared statement. */
  private static final class Kept {

    private final String sql;
    private final PreparedStatement statement;
    private @Nullable List<Integer> key;

    /** The keys of the rows that wait to be sent with it. */
    private final Set<List<@Nullable Object>> waiting = new HashSet<>();

    private int @Nullable [] types;

    Kept(String sql, PreparedStatement statement) {
      this.sql = sql;
      this.statement = statement;
    }

    /** Whether a row with that key waits already: one statement may not write a row twice. */
    boolean hasWaiting(@Nullable Object... arguments) {
      return !waiting.isEmpty() && waiting.contains(keyIn(arguments));
    }

    void waits(@Nullable Object... arguments) {
      List<@Nullable Object> values = keyIn(arguments);
      if (!values.isEmpty()) {
        waiting.add(values);
      }
    }

    private List<@Nullable Object> keyIn(@Nullable Object... arguments) {
      if (key == null) {
        key = Upsert.keyOf(sql);
      }
      List<@Nullable Object> values = new ArrayList<>(key.size());
      key.forEach(place -> values.add(arguments[place]));
      return values;
    }

    /** Of a parameter: with nulls of no type each pattern of them would be parsed anew. */
    int type(int parameter) throws SQLException {
      if (types == null) {
        ParameterMetaData all = statement.getParameterMetaData();
        types = new int[all.getParameterCount()];
        for (int i = 0; i < types.length; i++) {
          types[i] = all.getParameterType(i + 1);
        }
      }
      return types[parameter];
    }
  }

  /** PostgreSQL has no place for the character of number zero in a text. */
  static @Nullable Object storable(@Nullable Object value) {
    return value instanceof String text && text.indexOf('\0') >= 0
        ? text.replace('\0', '\uFFFD')
        : value;
  }

  @Override
  public void close() throws SQLException {
    for (Kept kept : prepared.values()) {
      kept.statement.close();
    }
    connection.close();
  }
}
