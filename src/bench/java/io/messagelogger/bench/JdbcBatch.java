package io.messagelogger.bench;

import io.messagelogger.message.Message;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Plain JDBC batches of a thousand on one connection, rewritten by the driver; no queue. */
final class JdbcBatch implements Contender {
  private final String database;
  private final Connection connection;
  private List<Message> messages = List.of();

  JdbcBatch(BenchServices services, String database) throws SQLException {
    this.database = database;
    this.connection = services.connect(database);
    connection.setAutoCommit(false);
  }

  @Override
  public String name() {
    return "JDBC batch, one connection";
  }

  @Override
  public String database() {
    return database;
  }

  @Override
  public ProcessHandle process() {
    return ProcessHandle.current();
  }

  @Override
  public void prepare(List<Message> some) {
    messages = some;
  }

  @Override
  public void store() throws SQLException {
    try (JdbcRows rows = new JdbcRows(connection, "")) {
      for (int from = 0; from < messages.size(); from += BATCH) {
        rows.write(messages.subList(from, Math.min(messages.size(), from + BATCH)));
        connection.commit();
      }
    }
    messages = List.of(); // its memory is not to burden those who follow
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
