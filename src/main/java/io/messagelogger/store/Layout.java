package io.messagelogger.store;

import io.messagelogger.message.Position;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of messages lie, and how one is found whose uuid and time are known.
 *
 * <p>A hypertable needs the time: with it a statement is planned for one chunk, without it for all
 * of them. {@code message_exchange_old}, beside it, holds rows without a time, and during a
 * takeover those that have not moved yet. Both are read in one statement, so that a row that moves
 * is seen once.
 */
public enum Layout {
  /** {@code message_exchange} is a plain table with the uuid as its primary key. */
  PLAIN {
    @Override
    public Query row(UUID uuid, @Nullable Instant time) {
      return new Query().add(SELECT + "message_exchange WHERE message_uuid = ?", uuid);
    }

    @Override
    public Query rows(List<Position> positions) {
      return new Query()
          .add(SELECT + "message_exchange WHERE message_uuid = ANY (?)", uuids(positions));
    }
  },

  /** {@code message_exchange} is a hypertable, unique by uuid and time. */
  HYPERTABLE {
    @Override
    public Query row(UUID uuid, @Nullable Instant time) {
      Query query = new Query();
      if (time != null) {
        query.add(
            SELECT + "message_exchange WHERE message_uuid = ? AND origin_ts = ? UNION ALL ",
            uuid,
            time);
      }
      return query.add(SELECT + "message_exchange_old WHERE message_uuid = ?", uuid);
    }

    /** A branch a day: those that are far from each other are planned for their chunks only. */
    @Override
    public Query rows(List<Position> positions) {
      Query query = new Query();
      List<Position> sorted = new ArrayList<>(positions);
      sorted.sort((a, b) -> b.originTs().compareTo(a.originTs()));
      for (int from = 0; from < sorted.size(); ) {
        Instant day = sorted.get(from).originTs().truncatedTo(ChronoUnit.DAYS);
        int to = from + 1;
        while (to < sorted.size() && !sorted.get(to).originTs().isBefore(day)) {
          to++;
        }
        query.add(
            SELECT
                + "message_exchange WHERE message_uuid = ANY (?) AND origin_ts BETWEEN ? AND ? UNION ALL ",
            uuids(sorted.subList(from, to)),
            sorted.get(to - 1).originTs(),
            sorted.get(from).originTs());
        from = to;
      }
      return query.add(
          SELECT + "message_exchange_old WHERE message_uuid = ANY (?)", uuids(positions));
    }
  };

  /**
   * Statements that change a row where it may lie, to be done one after the other: a row that moves
   * between them is changed by none.
   *
   * @param set an assignment with one value
   */
  public List<Query> update(String set, @Nullable Object value, UUID uuid, Instant time) {
    String byUuid = " SET " + set + " WHERE message_uuid = ?";
    return this == PLAIN
        ? List.of(new Query().add("UPDATE message_exchange" + byUuid, value, uuid))
        : List.of(
            new Query()
                .add("UPDATE message_exchange" + byUuid + " AND origin_ts = ?", value, uuid, time),
            new Query().add("UPDATE message_exchange_old" + byUuid, value, uuid));
  }

  /** Statements that delete a row where it may lie. */
  public List<Query> delete(UUID uuid, @Nullable Instant time) {
    if (this == PLAIN) {
      return List.of(new Query().add("DELETE FROM message_exchange WHERE message_uuid = ?", uuid));
    }
    List<Query> deletes = new ArrayList<>();
    if (time != null) {
      deletes.add(
          new Query()
              .add(
                  "DELETE FROM message_exchange WHERE message_uuid = ? AND origin_ts = ?",
                  uuid,
                  time));
    }
    deletes.add(new Query().add("DELETE FROM message_exchange_old WHERE message_uuid = ?", uuid));
    return deletes;
  }

  private static final String SELECT = "SELECT " + Rows.COLUMNS + " FROM ";

  /**
   * The row of a message, if it is there.
   *
   * @param time the time that its key has; null when there is no key
   */
  public abstract Query row(UUID uuid, @Nullable Instant time);

  /** The rows of messages, in any order. */
  public abstract Query rows(List<Position> positions);

  private static Query.Uuids uuids(List<Position> positions) {
    return new Query.Uuids(positions.stream().map(Position::messageUuid).toList());
  }
}
