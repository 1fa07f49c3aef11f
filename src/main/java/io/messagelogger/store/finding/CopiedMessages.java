package io.messagelogger.store.finding;

import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.BinaryRow;
import io.messagelogger.store.Query;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Messages in order by COPY, which the database goes on with while the rows before are written: a
 * row is in memory when it is asked for, and at most what fits into the buffers of the connection
 * is sent before that. A statement has as many rows as make about {@link #BYTES}, going by those
 * before, so that none takes longer than a page does, even of a reader who takes nothing more. Used
 * by one thread.
 *
 * <p>The driver's own way to give up a COPY ({@code cancelCopy}) leaves what was sent already on
 * the connection, as the answer to the next statement. It is read to its end here.
 */
final class CopiedMessages implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(CopiedMessages.class.getName());
  private static final int FIRST = 8;
  private static final int MOST = 5_000;
  private static final int GROWTH = 16;
  private static final int BYTES = 4 << 20;

  /** What is handed out at a time is of about so many messages, or bytes, at most. */
  private static final int SLICE = 500;

  private static final int SLICE_BYTES = 1 << 20;

  private final Connection connection;
  private final PGConnection driver;
  private final Source source;
  private int size = FIRST;
  private @Nullable CopyOut copy;
  private int rows;
  private long bytes;
  private boolean end;

  /** The statement for what comes next. */
  @FunctionalInterface
  interface Source {
    /**
     * Selects the time and the uuid of a key, and then the columns of its message as text, which
     * are null where there is none.
     *
     * @param after what comes after this position; null for the first
     * @param limit how many rows at most
     */
    Query rows(@Nullable Position after, int limit);
  }

  /**
   * Some messages.
   *
   * @param last the position of the last key that was read
   */
  record Slice(List<Message> messages, Position last) {}

  CopiedMessages(Connection connection, Source source) throws SQLException {
    this.connection = connection;
    this.driver = connection.unwrap(PGConnection.class);
    this.source = source;
  }

  /**
   * The next messages, perhaps none; null at the end.
   *
   * @param after the last position that was read; null for none
   */
  @Nullable Slice next(@Nullable Position after) throws SQLException {
    if (end) {
      return null;
    }
    List<Message> messages = new ArrayList<>();
    Position last = after;
    int read = 0;
    long slice = 0;
    while (read < SLICE && slice < SLICE_BYTES) {
      BinaryRow row = row(last);
      if (row == null) {
        end = rows < size;
        if (end) {
          break;
        }
        size = (int) Math.max(1, Math.min(BYTES * (long) rows / Math.max(1, bytes), next(size)));
        continue;
      }
      last = new Position(present(row.time()), present(row.uuid()));
      read++;
      slice += row.length();
      UUID uuid = row.uuid();
      if (uuid != null) {
        messages.add(message(uuid, row));
      }
    }
    return last == null || read == 0 ? null : new Slice(messages, last);
  }

  private static int next(int size) {
    return Math.min(GROWTH * size, MOST);
  }

  private static Message message(UUID uuid, BinaryRow row) {
    return new Message(
        uuid,
        row.time(),
        row.time(),
        row.text(),
        row.text(),
        row.texts(),
        row.text(),
        row.text(),
        row.text());
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("A position without a time or a uuid");
    }
    return value;
  }

  /** The next row of the statement under way, or of the next one; null at its end. */
  private @Nullable BinaryRow row(@Nullable Position after) throws SQLException {
    try {
      CopyOut begun = copy;
      if (begun == null) {
        String sql = "COPY (" + source.rows(after, size).literal() + ") TO STDOUT (FORMAT binary)";
        begun = driver.getCopyAPI().copyOut(sql);
        copy = begun;
        rows = 0;
        bytes = 0;
      }
      byte[] read = begun.readFromCopy();
      while (read != null) {
        BinaryRow row = new BinaryRow(read, bytes == 0);
        bytes += read.length;
        if (row.present()) {
          rows++;
          return row;
        }
        read = begun.readFromCopy();
      }
      copy = null;
      return null;
    } catch (SQLException e) {
      throw cutIfLost(e);
    }
  }

  private SQLException cutIfLost(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.startsWith("08") || e.getCause() instanceof IOException) {
      try {
        // Not the driver's: the pool has to know.
        connection.abort(Runnable::run);
      } catch (SQLException failure) { // what is wrong is what came first
        e.addSuppressed(failure);
      }
    }
    return e;
  }

  /** Ends the statement that is under way, if one is; the transaction has failed then. */
  @Override
  public void close() {
    CopyOut begun = copy;
    copy = null;
    end = true;
    if (begun == null || !begun.isActive()) {
      return;
    }
    try {
      driver.cancelQuery();
      byte[] rest = begun.readFromCopy();
      while (rest != null) {
        rest = begun.readFromCopy();
      }
    } catch (SQLException e) { // that it was cancelled, usually
      LOG.log(Level.FINE, "A COPY has ended early: {0}", cutIfLost(e).getMessage());
    }
  }
}
