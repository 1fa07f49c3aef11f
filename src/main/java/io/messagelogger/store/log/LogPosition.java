package io.messagelogger.store.log;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in the log: everything before message {@code index} of the batch is behind it. The place
 * after the last message of a batch is that before the first of the next number, so that a place
 * has one form. Immutable.
 *
 * @param batch the number of a batch; there need not be one of this number
 * @param index of a message in the batch, from 0
 */
public record LogPosition(long batch, int index) implements Comparable<LogPosition> {
  /** Before everything, what was taken over from the Python service included. */
  public static final LogPosition FIRST = new LogPosition(Long.MIN_VALUE, 0);

  private static final Comparator<LogPosition> ORDER =
      Comparator.comparingLong(LogPosition::batch).thenComparingInt(LogPosition::index);

  private static final Pattern FORM = Pattern.compile("-?[0-9a-z]{1,13}\\.[0-9a-z]{1,4}");
  private static final int RADIX = 36;

  /** Before the first message of a batch. */
  public static LogPosition before(long batch) {
    return new LogPosition(batch, 0);
  }

  /** The place that a cursor stands for; empty when the text is not a cursor. */
  public static Optional<LogPosition> parse(String cursor) {
    if (!FORM.matcher(cursor).matches()) {
      return Optional.empty();
    }
    int point = cursor.indexOf('.');
    try {
      return Optional.of(
          new LogPosition(
              Long.parseLong(cursor.substring(0, point), RADIX),
              Integer.parseInt(cursor.substring(point + 1), RADIX)));
    } catch (NumberFormatException e) { // more than a long holds
      return Optional.empty();
    }
  }

  /** The cursor: what clients hand back, and must not look into. */
  public String cursor() {
    return Long.toString(batch, RADIX) + "." + Integer.toString(index, RADIX);
  }

  @Override
  public int compareTo(LogPosition other) {
    return ORDER.compare(this, other);
  }

  public boolean isBefore(LogPosition other) {
    return compareTo(other) < 0;
  }
}
