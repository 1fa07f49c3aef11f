package io.messagelogger.store;

import io.messagelogger.message.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of messages lie, and how one is found whose uuid and time are known.
 *
 * <p>A table that Citus distributes is asked as a plain one: everything about a message is in the
 * shards of its uuid, on one node.
 *
 * <p>A hypertable needs the time: with it a statement is planned for one chunk, without it for all
 * of them. {@code message_exchange_old}, beside it, holds rows without a time, and during a
 * takeover those that have not moved yet. Both are read in one statement, so that a row that moves
 * is seen once. What became known after a row was compressed is in {@code message_later} (decision
 * 025) and part of every row that is read here.
 */
public enum Layout {
  /** {@code message_exchange} is a plain table with the uuid as its primary key. */
  PLAIN,

  /** The same, distributed by the uuid over the nodes of Citus (decision 037). */
  DISTRIBUTED,

  /** {@code message_exchange} is a hypertable, unique by uuid and time. */
  HYPERTABLE {
    @Override
    public Query row(UUID uuid, @Nullable Instant time) {
      Query query = new Query();
      if (time != null) {
        query.add(SELECT_NOW + " WHERE message_uuid = ? AND origin_ts = ? UNION ALL ", uuid, time);
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
            SELECT_NOW + " WHERE message_uuid = ANY (?) AND origin_ts BETWEEN ? AND ? UNION ALL ",
            uuids(sorted.subList(from, to)),
            sorted.get(to - 1).originTs(),
            sorted.get(from).originTs());
        from = to;
      }
      return query.add(
          SELECT + "message_exchange_old WHERE message_uuid = ANY (?)", uuids(positions));
    }
  };

  /** Statements that delete a row where it may lie. */
  public List<Query> delete(UUID uuid, @Nullable Instant time) {
    if (byUuid()) {
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
   * A plan for any value compares with no bounds of compressed batches, and unpacks whole chunks.
   */
  private static final String CUSTOM_PLANS = "SET LOCAL plan_cache_mode = force_custom_plan";

  private static final String ONE_CONNECTION_A_NODE =
      "SET LOCAL citus.multi_shard_modify_mode = 'sequential'";

  private static final String ONE_SNAPSHOT_A_NODE =
      "SET LOCAL citus.max_adaptive_executor_pool_size = 1";

  private static final String SELECT_NOW =
      "SELECT "
          + Rows.COLUMNS.replace(
              "ack_ts",
              "coalesce(ack_ts, (SELECT later.ack_ts FROM message_later AS later"
                  + " WHERE later.message_uuid = stored.message_uuid)) AS ack_ts")
          + " FROM message_exchange AS stored";

  /** Whether a row is found by its uuid alone, as fast as with its time. */
  public boolean byUuid() {
    return this != HYPERTABLE;
  }

  /** Its name, for people. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The row of a message, if it is there.
   *
   * @param time the time that its key has; null when there is no key
   */
  public Query row(UUID uuid, @Nullable Instant time) {
    return new Query().add(SELECT + "message_exchange WHERE message_uuid = ?", uuid);
  }

  /** The rows of messages, in any order. */
  public Query rows(List<Position> positions) {
    return new Query()
        .add(SELECT + "message_exchange WHERE message_uuid = ANY (?)", uuids(positions));
  }

  /**
   * Prepares the transaction under way for changing rows. With Citus it then uses one connection to
   * each node, not one to each shard: a batch is too small to be worth more, and each has to be
   * prepared and committed.
   */
  public void change(Connection connection) throws SQLException {
    if (this == DISTRIBUTED) {
      new Query().add(ONE_CONNECTION_A_NODE).update(connection);
    }
  }

  /**
   * Prepares the transaction under way for reading much from one snapshot. With Citus each
   * connection to a node has a snapshot of its own.
   */
  public void snapshot(Connection connection) throws SQLException {
    if (this == DISTRIBUTED) {
      new Query().add(ONE_SNAPSHOT_A_NODE).update(connection);
    }
  }

  /** Has statements planned for their values to the end of the transaction, where that matters. */
  public void planForValues(Connection connection) throws SQLException {
    if (this == HYPERTABLE) {
      new Query().add(CUSTOM_PLANS).update(connection);
    }
  }

  private static Query.Uuids uuids(List<Position> positions) {
    return new Query.Uuids(positions.stream().map(Position::messageUuid).toList());
  }
}
