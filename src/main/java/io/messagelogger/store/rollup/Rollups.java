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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The counts in their tables. Stateless. */
public final class Rollups {
  private static final String READ = "SELECT start, cells%s FROM message_rollup WHERE kind = ?";
  private static final String REST = ", details, latencies";

  private Rollups() {}

  /**
   * What is counted of a time, beside its groups.
   *
   * @param start the first hour
   * @param hours how many
   * @param restMessages what groups that are not kept have together
   * @param absent how many messages a group may have that is not kept
   */
  public record Counted(long start, int hours, long restMessages, long absent) {
    /** When the time ends. */
    public Instant end() {
      return Hours.start(start + hours);
    }
  }

  /** Takes what was counted, one time after the other. */
  @FunctionalInterface
  public interface Taking<T> {
    /** Returns who takes the groups of that time. */
    Each<T> begin(Counted counted);
  }

  /**
   * Takes the groups of a time, one by one.
   *
   * @param <T> what stands for a group
   */
  @FunctionalInterface
  public interface Each<T> {
    /**
     * Takes one.
     *
     * @param cell what was read of it; only until this returns
     */
    void take(T group, Cell cell);
  }

  /**
   * Reads what answers for the runs of a plan.
   *
   * @param hours see {@link Plan#blocks}
   * @param whole whether to read all of the counts; of messages otherwise only how many they are
   * @param wanted what stands for a group, asked once for each; null when it is not read
   */
  public static <T> void read(
      Connection connection,
      Plan plan,
      Kind kind,
      long hours,
      boolean whole,
      Function<Term, @Nullable T> wanted,
      Taking<T> taking)
      throws SQLException {
    read(connection, plan, hours, whole, new Names<>(kind, wanted), taking);
  }

  /**
   * The same, of some groups, and of the others together.
   *
   * @param known what stands for some groups
   * @param others what stands for all others; null when they are not read
   */
  public static <T> void read(
      Connection connection,
      Plan plan,
      Kind kind,
      long hours,
      boolean whole,
      Map<Term, T> known,
      @Nullable T others,
      Taking<T> taking)
      throws SQLException {
    read(connection, plan, hours, whole, new Names<>(kind, known, others), taking);
  }

  private static <T> void read(
      Connection connection, Plan plan, long hours, boolean whole, Names<T> names, Taking<T> taking)
      throws SQLException {
    // A statement a grain, so that each is a range of the primary key, whatever the statistics say.
    Map<Integer, List<Plan.Blocks>> byGrain = new LinkedHashMap<>();
    for (Plan.Blocks blocks : plan.blocks(hours)) {
      byGrain.computeIfAbsent(blocks.grain(), grain -> new ArrayList<>()).add(blocks);
    }
    for (Map.Entry<Integer, List<Plan.Blocks>> grain : byGrain.entrySet()) {
      Query query =
          new Query()
              .add(READ.formatted(whole ? REST : ""), names.kind().word())
              .add(" AND grain = ? AND (false", grain.getKey());
      for (Plan.Blocks blocks : grain.getValue()) {
        query.add(" OR start >= ? AND start < ?", blocks.from(), blocks.until());
      }
      read(connection, query.add(")"), grain.getKey(), whole, names, taking);
    }
  }

  private static <T> void read(
      Connection connection,
      Query query,
      int grain,
      boolean whole,
      Names<T> names,
      Taking<T> taking)
      throws SQLException {
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        Packed packed =
            whole
                ? new Packed(row.getBytes(2), row.getBytes(3), row.getBytes(4))
                : new Packed(row.getBytes(2), null, null);
        packed.each(names, row.getLong(1), grain, taking);
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
            .add(READ.formatted(REST), kind.word())
            .add(" AND grain = ? AND start >= ? AND start < ?", parts, start, start + grain);
    read(
        connection,
        query,
        parts,
        true,
        new Names<Term>(kind, term -> term),
        counted -> all.adding(counted.restMessages(), counted.absent()));
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
            INSERT INTO message_rollup (kind, grain, start, cells, details, latencies) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (kind, grain, start) DO UPDATE
               SET cells = excluded.cells, details = excluded.details, latencies = excluded.latencies
            """,
            kind,
            grain,
            start,
            packed.cells(),
            packed.details(),
            packed.latencies())
        .update(connection);
  }
}
