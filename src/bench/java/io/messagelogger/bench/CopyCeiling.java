package io.messagelogger.bench;

import io.messagelogger.message.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The ceiling: one connection that copies rows, encoded before the clock starts, into the three
 * tables, a commit every thousand. No queue, nothing is read, checked or looked for.
 */
final class CopyCeiling implements Contender {
  private static final String[] TABLES = {"message_key", "message_exchange", "message_destination"};

  /** So that the database begins with the first bytes while the others are sent. */
  private static final int SLICE = 1 << 16;

  private final String database;
  private final Connection connection;
  private final List<byte[][]> batches = new ArrayList<>();

  CopyCeiling(BenchServices services, String database) throws SQLException {
    this.database = database;
    this.connection = services.connect(database);
    connection.setAutoCommit(false);
    for (String table : TABLES) {
      new Sql(connection)
          .execute(
              "CREATE TEMP TABLE " + table + "_staged (LIKE " + table + ") ON COMMIT DELETE ROWS");
    }
    connection.commit();
  }

  @Override
  public String name() {
    return "ceiling: COPY, one connection";
  }

  @Override
  public String database() {
    return database;
  }

  @Override
  public ProcessHandle process() {
    return ProcessHandle.current();
  }

  /** The database encodes the rows: it gives out what it takes in. */
  @Override
  public void prepare(List<Message> messages) throws IOException, SQLException {
    CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
    for (int from = 0; from < messages.size(); from += BATCH) {
      try (JdbcRows staged = new JdbcRows(connection, "_staged")) {
        staged.write(messages.subList(from, Math.min(messages.size(), from + BATCH)));
      }
      byte[][] batch = new byte[TABLES.length][];
      for (int i = 0; i < TABLES.length; i++) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy.copyOut(
            "COPY (SELECT * FROM "
                + TABLES[i]
                + "_staged ORDER BY message_uuid) TO STDOUT (FORMAT binary)",
            bytes);
        batch[i] = bytes.toByteArray();
      }
      connection.commit();
      batches.add(batch);
    }
  }

  @Override
  public void store() throws SQLException {
    CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
    for (byte[][] batch : batches) {
      for (int i = 0; i < TABLES.length; i++) {
        var in = copy.copyIn("COPY " + TABLES[i] + " FROM STDIN (FORMAT binary)");
        for (int from = 0; from < batch[i].length; from += SLICE) {
          in.writeToCopy(batch[i], from, Math.min(SLICE, batch[i].length - from));
        }
        in.endCopy();
      }
      connection.commit();
    }
    batches.clear();
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
