package io.messagelogger.store;

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
 * and with exactly the types of the table: nothing is converted. Sends what it holds whenever a row
 * is complete and {@link #FLUSH} bytes have come together. Used by one thread.
 */
final class BinaryCopy implements AutoCloseable {
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private static final int FLUSH = 1 << 16;
  private static final int NULL = -1;
  private static final int TEXT_OID = 25;
  private static final byte JSONB_VERSION = 1;

  /** Seconds from the epoch to PostgreSQL's, the year 2000. */
  private static final long POSTGRES_EPOCH = 946_684_800L;

  private static final long MICROS = 1_000_000L;

  private final CopyIn copy;
  private final short columns;
  private byte[] buffer = new byte[FLUSH + FLUSH / 4];
  private int length;

  /**
   * Begins to copy into a table.
   *
   * @param sql a COPY ... FROM STDIN (FORMAT binary)
   * @param columns how many columns it names
   */
  BinaryCopy(Connection connection, String sql, int columns) throws SQLException {
    this.copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    this.columns = (short) columns;
    put(HEADER);
  }

  /** Begins a row, and ends the one before. */
  BinaryCopy row() throws SQLException {
    if (length >= FLUSH) {
      flush();
    }
    putShort(columns);
    return this;
  }

  BinaryCopy uuid(UUID uuid) {
    putInt(2 * Long.BYTES);
    putLong(uuid.getMostSignificantBits());
    putLong(uuid.getLeastSignificantBits());
    return this;
  }

  /** A timestamptz; what is below a microsecond is cut off. */
  BinaryCopy time(@Nullable Instant time) {
    if (time == null) {
      putInt(NULL);
    } else {
      putInt(Long.BYTES);
      putLong((time.getEpochSecond() - POSTGRES_EPOCH) * MICROS + time.getNano() / 1000);
    }
    return this;
  }

  BinaryCopy text(@Nullable String text) {
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
  BinaryCopy json(@Nullable String json) {
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
  BinaryCopy texts(@Nullable List<String> texts) {
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
  long end() throws SQLException {
    putShort((short) -1);
    flush();
    return copy.endCopy();
  }

  /** Takes back what was not brought to its end; the transaction has failed then. */
  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }

  private void flush() throws SQLException {
    copy.writeToCopy(buffer, 0, length);
    length = 0;
  }

  private void put(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  private void putShort(short value) {
    reserve(Short.BYTES);
    buffer[length++] = (byte) (value >> 8);
    buffer[length++] = (byte) value;
  }

  private void putInt(int value) {
    reserve(Integer.BYTES);
    for (int shift = 24; shift >= 0; shift -= Byte.SIZE) {
      buffer[length++] = (byte) (value >> shift);
    }
  }

  private void putLong(long value) {
    putInt((int) (value >> Integer.SIZE));
    putInt((int) value);
  }

  private void reserve(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(length + more, buffer.length + buffer.length / 2));
    }
  }
}
