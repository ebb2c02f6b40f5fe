package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers that share a journal, and what makes them one farm. Written past the journal's own
 * writer: each server writes its own row, whoever leads. Safe for many threads.
 */
public final class Replicas implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

  /** A server that said nothing for so long is gone. */
  public static final long SILENCE_MILLIS = 15_000;

  private static final String NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
  private static final long FORGOTTEN_MILLIS = 86_400_000;

  /**
   * A server.
   *
   * @param addresses where it listens, such as {@code farm1:8443}, with commas
   * @param protocol which of the ways it speaks with the others
   * @param store where it keeps the files; empty: it does not say
   */
  public record Replica(String id, String addresses, String version, int protocol, String store) {}

  private final PostgresConnections connections;
  private @Nullable Connection connection;

  Replicas(PostgresConnections connections) {
    this.connections = connections;
  }

  private interface Use<T> {
    T of(Connection connection) throws SQLException;
  }

  private synchronized <T> T with(Use<T> use) {
    try {
      Connection open = connection;
      if (open == null) {
        open = connections.telling();
        connection = open;
      }
      return use.of(open);
    } catch (SQLException e) {
      close();
      throw new JournalException("the database did not answer: " + SqlErrors.plainReason(e), e);
    }
  }

  /** Says that a server lives. */
  public void tell(Replica replica) {
    with(
        open -> {
          try (PreparedStatement statement =
              open.prepareStatement(
                  "INSERT INTO replicas (id, addresses, version, protocol, store, seen_at)"
                      + " VALUES (?, ?, ?, ?, ?, "
                      + NOW
                      + ") ON CONFLICT (id) DO UPDATE SET addresses = excluded.addresses,"
                      + " version = excluded.version, protocol = excluded.protocol,"
                      + " store = excluded.store, seen_at = excluded.seen_at")) {
            statement.setString(1, replica.id());
            statement.setString(2, replica.addresses());
            statement.setString(3, replica.version());
            statement.setInt(4, replica.protocol());
            statement.setString(5, replica.store());
            return statement.executeUpdate();
          }
        });
  }

  /** Says that a server has stopped, and forgets those that did not say so. */
  public void gone(String id) {
    with(
        open -> {
          try (PreparedStatement statement =
              open.prepareStatement(
                  "DELETE FROM replicas WHERE id = ? OR seen_at < " + NOW + " - ?")) {
            statement.setString(1, id);
            statement.setLong(2, FORGOTTEN_MILLIS);
            return statement.executeUpdate();
          }
        });
  }

  /** The servers that live, and the one that leads whatever is heard of it, by id. */
  public List<Replica> live() {
    return those(" OR id = (SELECT holder FROM leader)");
  }

  /** The servers that said lately that they live, by id. */
  public List<Replica> heard() {
    return those("");
  }

  private List<Replica> those(String more) {
    return with(
        open -> {
          try (PreparedStatement statement =
              open.prepareStatement(
                  "SELECT id, addresses, version, protocol, store FROM replicas WHERE seen_at > "
                      + NOW
                      + " - ?"
                      + more
                      + " ORDER BY id")) {
            statement.setLong(1, SILENCE_MILLIS);
            List<Replica> all = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                all.add(
                    new Replica(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getString(5)));
              }
            }
            return List.copyOf(all);
          }
        });
  }

  /**
   * A secret of the farm; if it has none of that name, it has this one from now on.
   *
   * @return the farm's, which may be another than {@code proposed}
   */
  public String secret(String name, String proposed) {
    return with(
        open -> {
          try (PreparedStatement insert =
                  open.prepareStatement(
                      "INSERT INTO farm_secrets (name, value) VALUES (?, ?)"
                          + " ON CONFLICT (name) DO NOTHING");
              PreparedStatement select =
                  open.prepareStatement("SELECT value FROM farm_secrets WHERE name = ?")) {
            insert.setString(1, name);
            insert.setString(2, proposed);
            insert.executeUpdate();
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
              if (!row.next()) {
                throw new SQLException("the secret " + name + " was not kept");
              }
              return row.getString(1);
            }
          }
        });
  }

  /** Whether a server works on the database that does not know of others. */
  boolean isHeldBySole() {
    return with(
        open -> {
          if (LeaderRow.lock(open)) {
            // Nobody has it; it goes with the connection.
            close();
            return false;
          }
          return LeaderRow.holder(open).startsWith(SoleLeadership.HOLDER);
        });
  }

  @Override
  public synchronized void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("a connection did not close well", e);
      }
    }
  }
}
