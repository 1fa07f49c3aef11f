package io.messagelogger.store.finding;

import io.messagelogger.message.Position;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a search has come to, as it may be told to those who may not see everything. The place
 * itself is that of a message which was examined and perhaps is not theirs: cursors would tell its
 * uuid and its time. Stateless.
 */
final class Whereabouts {
  private static final List<ChronoUnit> UNITS =
      List.of(ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS);

  private Whereabouts() {}

  /**
   * The same search, which goes on at the last message that was found or at a round time before the
   * place, whichever is further. What is between is examined again, and nothing is left out.
   *
   * @param from where the search began; null for the start of the list
   */
  static Search.Found told(Search.Found found, @Nullable Position from, Order order) {
    Position place = found.next();
    if (place == null || !found.bounded()) {
      return found;
    }
    List<Position> positions = found.positions();
    Position last = positions.isEmpty() ? null : positions.get(positions.size() - 1);
    for (ChronoUnit unit : UNITS) {
      Position round = order.round(place, unit);
      if (last != null && !further(round, last, order)) {
        return new Search.Found(positions, last, true);
      }
      if (last != null || from == null || further(round, from, order)) {
        return new Search.Found(positions, round, true);
      }
    }
    return found; // more in a microsecond than a search examines: it must go on
  }

  /** Whether a round time is after a position; at the same time it is behind all messages. */
  private static boolean further(Position round, Position position, Order order) {
    Instant time = position.originTs();
    int compared = round.originTs().compareTo(time);
    return compared == 0
        ? !round.equals(position)
        : order == Order.NEWEST ? compared < 0 : compared > 0;
  }
}
