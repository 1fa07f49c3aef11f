package io.messagelogger.bench;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.DataSource;

/**
 * Connections that are used again, as the server's are: to open one takes longer than most
 * questions. Used by one thread.
 */
final class Pool implements AutoCloseable {
  private final DataSource source;
  private final Deque<Connection> idle = new ArrayDeque<>();

  Pool(DataSource source) {
    this.source = source;
  }

  /** The same source, with its connections from here. */
  DataSource source() {
    return (DataSource)
        Proxy.newProxyInstance(
            Pool.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                method.getName().equals("getConnection") && arguments == null
                    ? taken()
                    : pass(() -> method.invoke(source, arguments)));
  }

  private Connection taken() throws SQLException {
    Connection connection = idle.isEmpty() ? source.getConnection() : idle.pop();
    return (Connection)
        Proxy.newProxyInstance(
            Pool.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (!connection.getAutoCommit()) {
                  connection.rollback();
                  connection.setAutoCommit(true);
                }
                idle.push(connection);
                return null;
              }
              return pass(() -> method.invoke(connection, arguments));
            });
  }

  @FunctionalInterface
  private interface Call {
    Object invoke() throws IllegalAccessException, InvocationTargetException;
  }

  private static Object pass(Call call) throws Throwable {
    try {
      return call.invoke();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws SQLException {
    while (!idle.isEmpty()) {
      idle.pop().close();
    }
  }
}
