package io.messagelogger.store.writing;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into a table by COPY in PostgreSQL's binary format, in the transaction of the
 * connection (PostgreSQL, COPY, "Binary Format"). The columns of a row are to be added in the order
 * and with exactly the types of the table: nothing is converted. Used by one thread.
 *
 * <p>Begins the COPY when a row is complete and {@link #FLUSH} bytes have come together, or all
 * has. The database waits for the bytes of a COPY without any time limit of its own, with all that
 * the transaction has locked: it is to have them at once, not as they are made.
 *
 * <p>The driver goes on using a connection on which the answer to a COPY did not come in time, and
 * would take that answer for the next statement's. Such a connection is cut.
 */
public final class BinaryCopy implements AutoCloseable {
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int FLUSH = 1 << 20;
  private static final int SLICE = 1 << 16;
  private static final int NULL = -1;
  private static final int TEXT_OID = 25;
  private static final byte JSONB_VERSION = 1;

  /** Seconds from the epoch to PostgreSQL's, the year 2000. */
  private static final long POSTGRES_EPOCH = 946_684_800L;

  private static final long MICROS = 1_000_000L;

  private final Connection connection;
  private final PGConnection driver;
  private final String sql;
  private final short columns;
  private @Nullable CopyIn copy;
  private byte[] buffer = new byte[4 * SLICE];
  private int length;

  /**
   * Will copy into a table.
   *
   * @param sql a COPY ... FROM STDIN (FORMAT binary)
   * @param columns how many columns it names
   */
  public BinaryCopy(Connection connection, String sql, int columns) throws SQLException {
    this.connection = connection;
    this.driver = connection.unwrap(PGConnection.class);
    this.sql = sql;
    this.columns = (short) columns;
    put(HEADER);
  }

  /** Begins a row, and ends the one before. */
  public BinaryCopy row() throws SQLException {
    if (length >= FLUSH) {
      flush();
    }
    putShort(columns);
    return this;
  }

  public BinaryCopy uuid(UUID uuid) {
    putInt(2 * Long.BYTES);
    putLong(uuid.getMostSignificantBits());
    putLong(uuid.getLeastSignificantBits());
    return this;
  }

  /** A timestamptz; what is below a microsecond is cut off. */
  public BinaryCopy time(@Nullable Instant time) {
    if (time == null) {
      putInt(NULL);
    } else {
      putInt(Long.BYTES);
      putLong((time.getEpochSecond() - POSTGRES_EPOCH) * MICROS + time.getNano() / 1000);
    }
    return this;
  }

  /** Adds a value of type text; null for none. */
  public BinaryCopy text(@Nullable String text) {
    if (text == null) {
      putInt(NULL);
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      putInt(bytes.length);
      put(bytes);
    }
    return this;
  }

  /** A jsonb, of its text. */
  public BinaryCopy json(@Nullable String json) {
    if (json == null) {
      putInt(NULL);
    } else {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      putInt(1 + bytes.length);
      reserve(1);
      buffer[length++] = JSONB_VERSION;
      put(bytes);
    }
    return this;
  }

  /** A text[] of one dimension. */
  public BinaryCopy texts(@Nullable List<String> texts) {
    if (texts == null) {
      putInt(NULL);
      return this;
    }
    int start = length;
    putInt(0); // the size, which is known at the end
    putInt(texts.isEmpty() ? 0 : 1); // an empty array has no dimensions
    putInt(0);
    putInt(TEXT_OID);
    if (!texts.isEmpty()) {
      putInt(texts.size());
      putInt(1);
      texts.forEach(this::text);
    }
    int end = length;
    length = start;
    putInt(end - start - Integer.BYTES);
    length = end;
    return this;
  }

  /** Sends the rest; answers how many rows the table took. */
  public long end() throws SQLException {
    putShort((short) -1);
    try {
      return send().endCopy();
    } catch (SQLException e) {
      throw cutIfLost(e);
    }
  }

  /** Takes back what was not brought to its end; the transaction has failed then. */
  @Override
  public void close() throws SQLException {
    if (copy != null && copy.isActive()) {
      copy.cancelCopy();
    }
  }

  private void flush() throws SQLException {
    try {
      send();
    } catch (SQLException e) {
      throw cutIfLost(e);
    }
  }

  private CopyIn send() throws SQLException {
    CopyIn begun = copy;
    if (begun == null) {
      begun = driver.getCopyAPI().copyIn(sql);
      copy = begun;
    }
    // In slices, so that the database begins with the first while the others are sent.
    for (int from = 0; from < length; from += SLICE) {
      begun.writeToCopy(buffer, from, Math.min(SLICE, length - from));
    }
    length = 0;
    return begun;
  }

  private SQLException cutIfLost(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.startsWith("08") || e.getCause() instanceof IOException) {
      try {
        // Not the driver's: the pool has to know, and what it unwraps to is not a Connection.
        connection.abort(Runnable::run);
      } catch (SQLException failure) { // what is wrong is what came first
        e.addSuppressed(failure);
      }
    }
    return e;
  }

  private void put(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  private void putShort(short value) {
    reserve(Short.BYTES);
    SHORTS.set(buffer, length, value);
    length += Short.BYTES;
  }

  private void putInt(int value) {
    reserve(Integer.BYTES);
    INTS.set(buffer, length, value);
    length += Integer.BYTES;
  }

  private void putLong(long value) {
    reserve(Long.BYTES);
    LONGS.set(buffer, length, value);
    length += Long.BYTES;
  }

  private void reserve(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(length + more, buffer.length + buffer.length / 2));
    }
  }
}
