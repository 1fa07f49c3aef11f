package io.messagelogger.store.rollup;

import io.messagelogger.store.Query;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The counts in their tables. Stateless. */
public final class Rollups {
  private static final String READ = "SELECT start, cells, %s FROM message_rollup WHERE kind = ?";

  private Rollups() {}

  /**
   * Counts of a time.
   *
   * @param start the first hour
   * @param hours how many
   */
  public record Counted(long start, int hours, Cells cells) {
    /** When the time ends. */
    public Instant end() {
      return Hours.start(start + hours);
    }
  }

  /** Takes what was read, one at a time. */
  @FunctionalInterface
  public interface Taking {
    void take(Counted counted);
  }

  /**
   * Reads what answers for the runs of a plan.
   *
   * @param hours see {@link Plan#blocks}
   * @param latencies whether to read how long acknowledgements took
   * @param kept which groups are read; the others are neither among these nor in their rest
   */
  public static void read(
      Connection connection,
      Plan plan,
      Kind kind,
      long hours,
      boolean latencies,
      Predicate<Term> kept,
      Taking taking)
      throws SQLException {
    // A statement a grain, so that each is a range of the primary key, whatever the statistics say.
    Map<Integer, List<Plan.Blocks>> byGrain = new LinkedHashMap<>();
    for (Plan.Blocks blocks : plan.blocks(hours)) {
      byGrain.computeIfAbsent(blocks.grain(), grain -> new ArrayList<>()).add(blocks);
    }
    for (Map.Entry<Integer, List<Plan.Blocks>> grain : byGrain.entrySet()) {
      Query query =
          new Query()
              .add(READ.formatted(latencies ? "latencies" : "NULL"), kind.word())
              .add(" AND grain = ? AND (false", grain.getKey());
      for (Plan.Blocks blocks : grain.getValue()) {
        query.add(" OR start >= ? AND start < ?", blocks.from(), blocks.until());
      }
      read(connection, query.add(")"), kind, grain.getKey(), kept, taking);
    }
  }

  private static void read(
      Connection connection, Query query, Kind kind, int grain, Predicate<Term> kept, Taking taking)
      throws SQLException {
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        long start = row.getLong(1);
        Packed packed = new Packed(row.getBytes(2), row.getBytes(3));
        taking.take(new Counted(start, grain, packed.unpacked(kind, Hours.micros(start), kept)));
      }
    }
  }

  /** Replaces what is stored of an hour. */
  public static void replaceHour(Connection connection, long hour, List<Cells> counted)
      throws SQLException {
    for (Cells cells : counted) {
      replace(connection, 1, hour, cells);
    }
  }

  /** Counts the days and the thirty days that have some hours anew, from what they consist of. */
  public static void combine(
      Connection connection, Iterable<Long> hours, long coveredFrom, long coveredUntil)
      throws SQLException {
    for (int i = Hours.GRAINS.length - 2; i >= 0; i--) {
      int grain = Hours.GRAINS[i];
      long last = Long.MIN_VALUE;
      for (long hour : hours) {
        long start = Math.floorDiv(hour, grain) * grain;
        if (start != last && start >= coveredFrom && start + grain <= coveredUntil) {
          for (Kind kind : Kind.values()) {
            combine(connection, kind, grain, Hours.GRAINS[i + 1], start);
          }
        }
        last = start;
      }
    }
  }

  private static void combine(Connection connection, Kind kind, int grain, int parts, long start)
      throws SQLException {
    Cells all = new Cells(kind);
    Query query =
        new Query()
            .add(READ.formatted("latencies"), kind.word())
            .add(" AND grain = ? AND start >= ? AND start < ?", parts, start, start + grain);
    read(connection, query, kind, parts, term -> true, counted -> all.add(counted.cells()));
    all.cut();
    replace(connection, grain, start, all);
  }

  private static void replace(Connection connection, int grain, long start, Cells cells)
      throws SQLException {
    String kind = cells.kind.word();
    if (cells.groups.isEmpty() && cells.restMessages == 0) {
      new Query()
          .add(
              "DELETE FROM message_rollup WHERE kind = ? AND grain = ? AND start = ?",
              kind,
              grain,
              start)
          .update(connection);
      return;
    }
    Packed packed = Packed.of(cells, Hours.micros(start));
    new Query()
        .add(
            """
            INSERT INTO message_rollup (kind, grain, start, cells, latencies) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (kind, grain, start) DO UPDATE SET cells = excluded.cells, latencies = excluded.latencies
            """,
            kind,
            grain,
            start,
            packed.cells(),
            packed.latencies())
        .update(connection);
  }
}
