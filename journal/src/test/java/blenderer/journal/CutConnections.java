package blenderer.journal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

/** Real connections to PostgreSQL, of which the first breaks at its commit. */
final class CutConnections {

  private final PostgresConnections connections;
  private final CutAt at;
  private boolean cut;

  CutConnections(PostgresConnections connections, CutAt at) {
    this.connections = connections;
    this.at = at;
  }

  Connection open() throws SQLException {
    Connection real = connections.writing();
    return (Connection)
        Proxy.newProxyInstance(
            CutConnections.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              if (method.getName().equals("commit") && !cut) {
                cut = true;
                if (at == CutAt.AFTER_COMMIT) {
                  real.commit();
                }
                real.abort(Runnable::run);
                throw new SQLException("cut", "08006");
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
