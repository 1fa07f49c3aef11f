package io.messagelogger.store.upkeep;

import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.finding.Facts;
import io.messagelogger.store.rollup.Cells;
import io.messagelogger.store.rollup.Hours;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.rollup.Rollups;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts messages by the hour, the day and thirty days (decision 030), some thousand messages a
 * transaction: first hours that were changed (long ones seldom), then those that have ended since,
 * then the past, the newest hour first. A server that stops or dies loses what it did in its last
 * transaction only; any server goes on from there. Thread-safe; of several servers one works at a
 * time.
 *
 * <p>Why the counts hold: a transaction here is at READ COMMITTED, so each of its statements sees
 * at least what those before have seen. It takes an hour from the dirty ones and then reads the
 * messages. What changes later is marked in the transaction that changes it, and what was changed
 * without a mark had ended before ({@link Settling}).
 */
@ApplicationScoped
public class Refresh {
  /** Messages that are counted in a transaction, unless a single hour has more. */
  private static final int MESSAGES = 20_000;

  /**
   * How many times as long as it took to count an hour it is left as it is, when it has more than
   * {@link #MESSAGES}. While a long queue of an hour that has ended is stored, that hour is changed
   * all the time, and gets longer.
   */
  private static final int REST = 20;

  /** Hours that are counted in a transaction, be they empty. */
  private static final int HOURS = 200;

  /** Messages that are read by a statement: at first, and at least. */
  private static final int SOME = 2_000;

  private static final int LEAST = 50;

  /** The number has no meaning; it is the same in every server. */
  private static final String LOCK = "SELECT pg_try_advisory_xact_lock(7307199650931130)";

  private static final String FOLD =
      """
      WITH taken AS (
        DELETE FROM message_rollup_mark WHERE mark_id IN (SELECT mark_id FROM message_rollup_mark ORDER BY mark_id LIMIT 1000)
        RETURNING hours
      ), dirty AS (
        INSERT INTO message_rollup_dirty
        SELECT DISTINCT hour FROM taken, unnest(hours) AS hour, message_rollup_state
         WHERE hour >= covered_from AND hour < covered_until
        ON CONFLICT DO NOTHING
      )
      SELECT count(*) FROM taken
      """;

  private static final String COVERED =
      "SELECT covered_from, covered_until FROM message_rollup_state";

  private static final String COVER =
      "UPDATE message_rollup_state SET covered_from = ?, covered_until = ?";

  private static final String TAKE_DIRTY =
      """
      DELETE FROM message_rollup_dirty WHERE hour IN (
        SELECT hour FROM message_rollup_dirty WHERE hour <> ALL (?) ORDER BY hour DESC LIMIT 1)
      RETURNING hour
      """;

  private static final String NEXT =
      """
      SELECT origin_ts FROM message_key WHERE origin_ts >= ? AND origin_ts < ? ORDER BY origin_ts LIMIT 1
      """;

  private static final String BEFORE =
      "SELECT origin_ts FROM message_key WHERE origin_ts < ? ORDER BY origin_ts DESC LIMIT 1";

  private final Database database;
  private final Facts facts;
  private final LongSupplier clock;

  /** When long hours may be counted again, by that clock; of this server. */
  private final Map<Long, Long> resting = new ConcurrentHashMap<>();

  private volatile int some = SOME;

  /** Of this database. */
  @Inject
  public Refresh(Database database, Facts facts) {
    this(database, facts, System::nanoTime);
  }

  /**
   * The same, with another clock.
   *
   * @param clock nanoseconds that have gone by
   */
  Refresh(Database database, Facts facts, LongSupplier clock) {
    this.database = database;
    this.facts = facts;
    this.clock = clock;
  }

  /**
   * What a step did.
   *
   * @param messages that were counted
   * @param hours that were counted
   * @param from since when all is counted; null when all of the past is, or nothing yet
   * @param more whether another step may find more
   */
  public record Step(long messages, int hours, @Nullable Instant from, boolean more) {
    private static final Step NOTHING = new Step(0, 0, null, false);
  }

  /**
   * Counts the next messages.
   *
   * @throws StoreUnavailableException when the database does not answer
   */
  public Step step() {
    OptionalLong end = database.maintain(Settling::hour);
    if (end.isEmpty()) {
      return Step.NOTHING;
    }
    boolean folded = database.maintain(Refresh::fold);
    try {
      Step step = database.maintain(connection -> step(connection, end.getAsLong()));
      some = Math.min(SOME, 2 * some);
      return folded ? new Step(step.messages, step.hours, step.from, true) : step;
    } catch (StoreUnavailableException e) {
      if (e.getCause() != null
          && SqlFailure.of(e.getCause()).kind() == SqlFailure.Kind.LIMIT
          && some > LEAST) {
        some = Math.max(LEAST, some / 2);
        return new Step(0, 0, null, true);
      }
      throw e;
    }
  }

  /** Notes what is marked as dirty, so that few marks are left to be looked through. */
  private static boolean fold(Connection connection) throws SQLException {
    return locked(connection) && !"0".equals(Connections.first(connection, FOLD));
  }

  private static boolean locked(Connection connection) throws SQLException {
    return "t".equals(Connections.first(connection, LOCK));
  }

  private Step step(Connection connection, long end) throws SQLException {
    if (!locked(connection)) {
      return Step.NOTHING;
    }
    if (database.layout() == Layout.HYPERTABLE) {
      database.layout().planForValues(connection);
      Connections.execute(connection, "SET LOCAL jit = off");
    }
    return new Round(connection, end).go();
  }

  /** One transaction. Used by one thread. */
  private final class Round {
    private final Connection connection;
    private final long end;
    private final TreeSet<Long> changed = new TreeSet<>();
    private long from;
    private long until;
    private long messages;
    private int hours;

    Round(Connection connection, long end) throws SQLException {
      this.connection = connection;
      this.end = end;
      try (PreparedStatement statement = connection.prepareStatement(COVERED);
          ResultSet row = statement.executeQuery()) {
        row.next();
        from = row.getLong(1);
        boolean known = !row.wasNull();
        until = row.getLong(2);
        if (!known) {
          from = end;
          until = end;
        }
      }
    }

    Step go() throws SQLException {
      boolean more = dirty() || ended() || past();
      Rollups.combine(connection, changed, from, until);
      new Query().add(COVER, from, until).update(connection);
      return new Step(messages, hours, from == Hours.FIRST ? null : Hours.start(from), more);
    }

    private boolean enough() {
      return messages >= MESSAGES || hours >= HOURS;
    }

    /** Returns whether there may be more of them. */
    private boolean dirty() throws SQLException {
      long now = clock.getAsLong();
      resting.values().removeIf(until -> until - now <= 0);
      // Messages are removed from the hour that expires now; it gets dirty again at once.
      Optional<Instant> expiry = database.expiry();
      while (!enough()) {
        List<Long> left = new ArrayList<>(resting.keySet());
        expiry.ifPresent(time -> left.add(Hours.of(time)));
        try (PreparedStatement statement =
                new Query().add(TAKE_DIRTY, new Query.Longs(left)).prepare(connection);
            ResultSet row = statement.executeQuery()) {
          if (!row.next()) {
            return false;
          }
          count(row.getLong(1));
        }
      }
      return true;
    }

    private boolean ended() throws SQLException {
      if (until >= end) {
        return enough();
      }
      changed.add(until - 1); // its day may be complete now, be the rest of it empty
      while (until < end && !enough()) {
        Instant next = time(new Query().add(NEXT, Hours.start(until), Hours.start(end)));
        if (next == null) {
          until = end;
        } else {
          long hour = Hours.of(next);
          count(hour);
          until = hour + 1;
        }
      }
      return enough();
    }

    private boolean past() throws SQLException {
      if (from == Hours.FIRST) {
        return false;
      }
      changed.add(from);
      while (from > Hours.FIRST && !enough()) {
        Instant before = time(new Query().add(BEFORE, Hours.start(from)));
        if (before == null) {
          from = Hours.FIRST;
        } else {
          long hour = Hours.of(before);
          count(hour);
          from = hour;
        }
      }
      return from > Hours.FIRST;
    }

    private @Nullable Instant time(Query query) throws SQLException {
      try (PreparedStatement statement = query.prepare(connection);
          ResultSet row = statement.executeQuery()) {
        return row.next() ? Rows.time(row, 1) : null;
      }
    }

    private void count(long hour) throws SQLException {
      long began = clock.getAsLong();
      List<Cells> counted = new ArrayList<>();
      Arrays.stream(Kind.values()).forEach(kind -> counted.add(new Cells(kind)));
      long read =
          facts.each(
              connection,
              Hours.start(hour),
              Hours.start(hour + 1),
              some,
              fact -> counted.forEach(cells -> cells.add(fact)));
      counted.forEach(Cells::cut);
      Rollups.replaceHour(connection, hour, counted);
      if (read > MESSAGES) {
        long ended = clock.getAsLong();
        resting.put(hour, ended + REST * (ended - began));
      }
      messages += read;
      hours++;
      changed.add(hour);
    }
  }
}
