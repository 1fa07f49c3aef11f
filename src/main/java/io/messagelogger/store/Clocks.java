package io.messagelogger.store;

import io.messagelogger.running.Condition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Whether this server's clock and the database's agree. Nothing is judged by its time while they do
 * not: no message is in the future, and none has expired. Thread-safe.
 */
final class Clocks {
  /** Far below the day that a message may be ahead, and above what clocks drift unnoticed. */
  private static final Duration TOLERANCE = Duration.ofHours(1);

  private final Condition condition = new Condition("clock");
  private volatile Duration ahead = Duration.ZERO;

  /** Up while they agree. */
  Condition condition() {
    return condition;
  }

  /** By how much the database's clock was ahead of ours when they were compared last. */
  Duration ahead() {
    return ahead;
  }

  /** Compares them. */
  void compare(Connection connection) throws SQLException {
    Instant before = Instant.now();
    try (PreparedStatement statement = connection.prepareStatement("SELECT clock_timestamp()");
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      Instant theirs = Objects.requireNonNull(Rows.instant(rows, 1));
      judge(before, theirs, Instant.now());
    }
  }

  /**
   * Judges what was read.
   *
   * @param before our time before we asked
   * @param theirs the database's time
   * @param after our time when the answer was there
   */
  void judge(Instant before, Instant theirs, Instant after) {
    Duration difference =
        theirs.isBefore(before)
            ? Duration.between(before, theirs)
            : theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
    ahead = difference;
    if (difference.abs().compareTo(TOLERANCE) < 0) {
      condition.up();
    } else {
      condition.down(
          "this server's clock is %s the database's by %s; nothing is claimed or removed until they agree"
              .formatted(difference.isNegative() ? "ahead of" : "behind", text(difference.abs())));
    }
  }

  private static String text(Duration difference) {
    return difference.toHours() >= 48
        ? difference.toDays() + " days"
        : difference.toMinutes() + " minutes";
  }
}
