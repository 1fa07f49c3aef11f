package io.messagelogger.store.writing;

import io.messagelogger.message.Position;
import io.messagelogger.store.Compressed;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Fills in times of acknowledgement that came later than their rows. A row that is compressed is
 * not rewritten for it: the time goes into {@code message_later}. Used by one thread.
 */
final class Acknowledgements {
  private static final String LATER =
      """
      INSERT INTO message_later (message_uuid, origin_ts, ack_ts)
      SELECT * FROM unnest(?, ?::timestamptz[], ?::timestamptz[])
      ON CONFLICT (message_uuid) DO UPDATE SET ack_ts = excluded.ack_ts
       WHERE message_later.ack_ts IS NULL AND NOT message_later.erased
      """;

  private static final String FILL_IN =
      """
       AS stored SET ack_ts = fact.ack_ts
        FROM unnest(?, ?::timestamptz[], ?::timestamptz[]) AS fact (message_uuid, origin_ts, ack_ts)
       WHERE stored.message_uuid = fact.message_uuid AND stored.ack_ts IS NULL
      """;

  private static final String WITHIN =
      " AND stored.origin_ts = fact.origin_ts AND stored.origin_ts BETWEEN ? AND ?";

  private final Connection connection;
  private final Layout layout;

  /**
   * A row, and when its message was acknowledged.
   *
   * @param row where the row is
   */
  record Fact(Position row, Instant ackTs) {}

  Acknowledgements(Connection connection, Layout layout) {
    this.connection = connection;
    this.layout = layout;
  }

  /**
   * Fills in these times.
   *
   * @param facts in ascending order of their uuids, each once, of rows that have no such time
   * @return how many were filled in; others have got another time meanwhile
   */
  int fillIn(List<Fact> facts) throws SQLException {
    if (facts.isEmpty()) {
      return 0;
    }
    if (layout.byUuid()) {
      return values("UPDATE message_exchange" + FILL_IN, facts).update(connection);
    }
    Set<UUID> old =
        Keys.uuids(
            connection,
            values("UPDATE message_exchange_old" + FILL_IN, facts)
                .add(" RETURNING stored.message_uuid"));
    List<Fact> rest = facts.stream().filter(f -> !old.contains(f.row().messageUuid())).toList();
    return old.size() + (rest.isEmpty() ? 0 : fillInHypertable(rest));
  }

  private int fillInHypertable(List<Fact> facts) throws SQLException {
    List<Fact> byTime =
        facts.stream().sorted(Comparator.comparing(f -> f.row().originTs())).toList();
    Compressed compressed =
        Compressed.among(connection, byTime.stream().map(f -> f.row().originTs()).toList());
    List<Fact> later = facts.stream().filter(f -> compressed.holds(f.row().originTs())).toList();
    int done = later.isEmpty() ? 0 : values(LATER, later).update(connection);
    // A range must not reach over a compressed chunk: all of its rows in the range would be
    // unpacked.
    List<Fact> range = new ArrayList<>();
    for (Fact fact : byTime) {
      Instant time = fact.row().originTs();
      if (compressed.holds(time)) {
        continue;
      }
      if (!range.isEmpty()
          && compressed.between(range.get(range.size() - 1).row().originTs(), time)) {
        done += fillInRange(range);
        range.clear();
      }
      range.add(fact);
    }
    return done + (range.isEmpty() ? 0 : fillInRange(range));
  }

  private int fillInRange(List<Fact> byTime) throws SQLException {
    return values("UPDATE message_exchange" + FILL_IN, byTime)
        .add(WITHIN, byTime.get(0).row().originTs(), byTime.get(byTime.size() - 1).row().originTs())
        .update(connection);
  }

  private static Query values(String sql, List<Fact> facts) {
    return new Query()
        .add(
            sql,
            new Query.Uuids(facts.stream().map(f -> f.row().messageUuid()).toList()),
            new Query.Texts(facts.stream().map(f -> f.row().originTs().toString()).toList()),
            new Query.Texts(facts.stream().map(f -> f.ackTs().toString()).toList()));
  }
}
