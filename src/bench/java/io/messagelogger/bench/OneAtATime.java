package io.messagelogger.bench;

import io.messagelogger.message.Message;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What many write first: a consumer that pops a message at a time and commits a hundred, by INSERT
 * ... VALUES of many rows. What it has popped is lost when it dies.
 */
final class OneAtATime implements Contender {
  private static final int ROWS = 100;
  private static final int MAX_BYTES = 1 << 20;

  private final String database;
  private final Connection connection;
  private final BenchQueue queue;
  private int count;

  OneAtATime(BenchServices services, String database) throws SQLException {
    this.database = database;
    this.connection = services.connect(database);
    connection.setAutoCommit(false);
    this.queue = services.queue();
  }

  @Override
  public String name() {
    return "BRPOP one at a time, INSERT of 100";
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
  public void prepare(List<Message> messages) throws IOException {
    messages.forEach(queue::add);
    queue.settle();
    queue.appear();
    count = messages.size();
  }

  @Override
  public void store() throws IOException, SQLException {
    MessageReader reader = new MessageReader(MAX_BYTES);
    byte[] name = queue.name().getBytes(StandardCharsets.UTF_8);
    List<Message> some = new ArrayList<>(ROWS);
    try (JdbcRows rows = new JdbcRows(connection, "")) {
      for (int popped = 1; popped <= count; popped++) {
        List<byte[]> reply = queue.redis().brpop(1, name);
        some.add(reader.read(reply.get(1)).message());
        if (some.size() == ROWS || popped == count) {
          rows.write(some);
          connection.commit();
          some.clear();
        }
      }
    } catch (RejectedMessageException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    queue.close();
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
