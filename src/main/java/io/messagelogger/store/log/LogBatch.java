package io.messagelogger.store.log;

import io.messagelogger.message.Position;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A row of the log: the messages that a batch has stored, in their order in the batch. Immutable.
 *
 * @param id its number
 * @param storedAbout when it was appended, by the database's clock
 * @param entries as the table has them
 */
public record LogBatch(long id, Instant storedAbout, byte[] entries) {
  /** How many messages it has. */
  public int size() {
    return entries.length / LogEntries.BYTES;
  }

  public UUID uuid(int index) {
    return new UUID(
        whole().getLong(LogEntries.BYTES * index), whole().getLong(LogEntries.BYTES * index + 8));
  }

  /** The checksum of the message as it was pushed; 0 when it is not known. */
  public int check(int index) {
    return whole().getInt(LogEntries.BYTES * index + 24);
  }

  /** The place after a message. */
  public LogPosition after(int index) {
    return index + 1 < size() ? new LogPosition(id, index + 1) : end();
  }

  /** The place after the last. */
  public LogPosition end() {
    return LogPosition.before(id + 1);
  }

  /** Where the rows of some messages are. */
  public List<Position> positions(int from, int to) {
    List<Position> positions = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      long micros = whole().getLong(LogEntries.BYTES * i + 16);
      positions.add(new Position(LogEntries.EPOCH.plus(micros, ChronoUnit.MICROS), uuid(i)));
    }
    return positions;
  }

  private ByteBuffer whole() {
    return ByteBuffer.wrap(entries);
  }
}
