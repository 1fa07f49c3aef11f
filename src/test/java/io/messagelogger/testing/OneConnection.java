package io.messagelogger.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A data source with one connection, which closing gives back. Used by one thread. */
public final class OneConnection implements AutoCloseable {
  private final Connection connection;

  public OneConnection(DataSource source) throws SQLException {
    this.connection = source.getConnection();
  }

  /** The data source. */
  public DataSource source() {
    Connection kept =
        (Connection)
            Proxy.newProxyInstance(
                OneConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    return null;
                  }
                  try {
                    return method.invoke(connection, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return (DataSource)
        Proxy.newProxyInstance(
            OneConnection.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> kept);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
