package io.messagelogger.store.finding;

import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import java.sql.SQLException;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Reads as many messages at a time as make about {@link #BYTES}, going by the slice before, so that
 * a page of large messages takes no more memory than one of small ones. Used by one thread.
 */
final class Slices {
  static final int FIRST = 8;
  static final long BYTES = 1 << 20;

  private final List<Position> positions;
  private final Source source;
  private int from;
  private int size;
  private long bytes;

  /** Reads messages by their positions. */
  @FunctionalInterface
  interface Source {
    List<Message> read(List<Position> positions) throws SQLException;
  }

  /**
   * Most pages are of small messages and are read at once; a long one shows first how large its
   * messages are.
   */
  Slices(List<Position> positions, Source source) {
    this(positions, source, FIRST);
  }

  /**
   * The same.
   *
   * @param first how many are read to see how large they are
   */
  Slices(List<Position> positions, Source source, int first) {
    this.positions = positions;
    this.source = source;
    this.size = first;
  }

  boolean hasNext() {
    return from < positions.size();
  }

  /** How many are left to read. */
  int left() {
    return positions.size() - from;
  }

  /** About how many characters have been read. */
  long bytes() {
    return bytes;
  }

  List<Message> next() throws SQLException {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    List<Position> slice = positions.subList(from, Math.min(positions.size(), from + size));
    List<Message> messages = source.read(slice);
    from += slice.size();
    long weight = weight(messages);
    bytes += weight;
    long fitting = BYTES * slice.size() / Math.max(1, weight);
    size = (int) Math.max(1, Math.min(16L * size, fitting));
    return messages;
  }

  /** About how many characters messages have. */
  static long weight(List<Message> messages) {
    return messages.stream().mapToLong(Slices::weight).sum();
  }

  /** About how many characters a message has. */
  private static long weight(Message message) {
    long weight = 200;
    weight += message.messageData() == null ? 0 : message.messageData().length();
    weight += message.messageMetadata() == null ? 0 : message.messageMetadata().length();
    if (message.destinationSubjectIds() != null) {
      weight += message.destinationSubjectIds().size() * 60L;
    }
    return weight;
  }
}
