package io.messagelogger.store.finding;

import io.messagelogger.message.Position;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Which messages come first; those of one time are ordered by their uuids. */
public enum Order {
  /** From the newest to the oldest. */
  NEWEST("<", "DESC"),
  /** From the oldest to the newest. */
  OLDEST(">", "ASC");

  private static final UUID FIRST_UUID = new UUID(0, 0);
  private static final UUID LAST_UUID = new UUID(-1, -1);
  private static final Position BEFORE_ALL =
      new Position(Instant.parse("0001-01-01T00:00:00Z").minusSeconds(1), LAST_UUID);
  private static final Position AFTER_ALL =
      new Position(Instant.parse("9999-12-31T23:59:59.999999Z"), LAST_UUID);

  private final String comparison;
  private final String direction;

  Order(String comparison, String direction) {
    this.comparison = comparison;
    this.direction = direction;
  }

  /** The other way round. */
  public Order reversed() {
    return this == NEWEST ? OLDEST : NEWEST;
  }

  /** The operator by which a position comes after another. */
  String comparison() {
    return comparison;
  }

  /** The clause that orders positions. */
  String clause() {
    return clause("");
  }

  /**
   * The same, of a table in a join.
   *
   * @param table its name and a dot
   */
  String clause(String table) {
    return (" ORDER BY " + table + "origin_ts " + direction)
        + (", " + table + "message_uuid " + direction);
  }

  /** The same, of the first two columns of a statement. */
  String ofColumns() {
    return " ORDER BY 1 " + direction + ", 2 " + direction;
  }

  /**
   * The place before all messages of the round span of time that a position is in, and behind all
   * others.
   *
   * @param unit microseconds or longer
   */
  Position round(Position position, ChronoUnit unit) {
    Instant begin = position.originTs().truncatedTo(unit);
    return this == NEWEST
        ? new Position(begin.plus(1, unit), FIRST_UUID)
        : new Position(begin.minusNanos(1000), LAST_UUID);
  }

  /**
   * Where a list starts: before the first message that is within bounds.
   *
   * @param bounds the times that messages must have
   */
  Position start(Bounds bounds) {
    if (this == NEWEST) {
      // A uuid of zeros is the first of its time: what comes before it is older than that time.
      return bounds.until() == null ? AFTER_ALL : new Position(bounds.until(), FIRST_UUID);
    }
    return bounds.since() == null
        ? BEFORE_ALL
        : new Position(bounds.since().minusNanos(1000), LAST_UUID);
  }
}
