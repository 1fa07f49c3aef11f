package io.messagelogger.store.log;

import io.messagelogger.store.Rows;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a batch has stored, on its way into the log, in the batch's own transaction. Used by one
 * thread.
 *
 * <p>The lock that the statement takes before it draws a number is held until the transaction has
 * ended. So whoever sees a number and misses a smaller one knows by those who hold the lock whether
 * the smaller one may still come.
 */
public final class LogEntries {
  /** Messages a row of the log: what a reader has in memory at a time. */
  static final int MESSAGES_A_ROW = 1000;

  /** The uuid, the time in microseconds since 2000 as PostgreSQL has it, and a checksum. */
  static final int BYTES = 28;

  static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  /** The number has no meaning; it is the same in every server. */
  static final String LOCK = "7307199650931128";

  private static final String APPEND =
      """
      WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(%s)::text AS lock)
      INSERT INTO message_log (messages, newest_origin_ts, entries)
      SELECT ?, ?, ? FROM held WHERE held.lock IS NOT NULL
      """
          .formatted(LOCK);

  private byte[] bytes;
  private int count;
  private @Nullable Instant newest;

  /**
   * @param expected about how many there will be
   */
  public LogEntries(int expected) {
    this.bytes = new byte[Math.max(1, expected) * BYTES];
  }

  /** Adds a message that was stored, after those before it. */
  public void add(UUID uuid, @Nullable Instant originTs, byte[] payload) {
    if ((count + 1) * BYTES > bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    Instant time = originTs == null ? Instant.EPOCH : originTs;
    ByteBuffer.wrap(bytes, count * BYTES, BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .putLong(micros(time))
        .putInt(check(payload));
    if (newest == null || time.isAfter(newest)) {
      newest = time;
    }
    count++;
  }

  /** Appends them to the log; to be the last statement of the transaction. */
  public void append(Connection connection) throws SQLException {
    if (count == 0) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(APPEND)) {
      for (int from = 0; from < count; from += MESSAGES_A_ROW) {
        int to = Math.min(count, from + MESSAGES_A_ROW);
        statement.setInt(1, to - from);
        Rows.time(statement, 2, newest);
        statement.setBytes(3, Arrays.copyOfRange(bytes, from * BYTES, to * BYTES));
        statement.executeUpdate();
      }
    }
  }

  /**
   * A checksum of a message as it was pushed, by which a published copy is known to be the one that
   * was stored; never 0, which stands for none.
   */
  public static int check(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    int value = (int) crc.getValue();
    return value == 0 ? 1 : value;
  }

  static long micros(Instant time) {
    Duration since = Duration.between(EPOCH, time);
    return since.getSeconds() * 1_000_000 + since.getNano() / 1000;
  }
}
