package blenderer.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  WriteSession(Connection connection) {
    this.connection = connection;
  }

  /**
   * Runs a statement that returns nothing.
   *
   * @param sql a constant: it is kept
   * @return how many rows it changed
   */
  int update(String sql, @Nullable Object... arguments) throws SQLException {
    try {
      return bound(sql, arguments).executeUpdate();
    } catch (SQLException e) {
      forget(sql, e);
      throw e;
    }
  }

  /**
   * Runs a statement that returns rows.
   *
   * @param sql a constant: it is kept
   */
  <T> List<T> query(String sql, Mapper<T> mapper, @Nullable Object... arguments)
      throws SQLException {
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
    PreparedStatement statement = prepared.remove(sql);
    if (statement != null) {
      try {
        statement.close();
      } catch (SQLException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    connection.close();
  }
}
