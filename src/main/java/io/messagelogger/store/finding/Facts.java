package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Position;
import io.messagelogger.store.Citus;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what statistics need of the messages that a filter means: of all of them while they are
 * few, otherwise of a sample, so that the work is bounded whatever the range. Thread-safe.
 */
@ApplicationScoped
public class Facts {
  /** Up to so many messages that an index leads to, all are read. */
  static final int EXACT = 20_000;

  /** About how many messages a sample has. */
  private static final int SAMPLE = 5_000;

  /** How many keys are looked at for it at most. */
  private static final int MOST_KEYS = 400_000;

  /** Rows that are read by one statement. */
  private static final int ROWS = 2_000;

  private static final String FACT =
      """
      SELECT m.origin_ts, m.ack_ts,
             coalesce(pg_column_size(m.message_data), 0) + coalesce(pg_column_size(m.message_metadata), 0),
             m.source_subject_id, m.destination_subject_ids, m.topic, m.message_type
        FROM (
      """;

  private final Database database;

  /** Reads from this database. */
  @Inject
  public Facts(Database database) {
    this.database = database;
  }

  /**
   * What was read.
   *
   * @param facts of messages that are meant, in no order
   * @param weight how many messages one of them stands for
   * @param estimated whether they are a sample
   */
  public record Reading(List<Fact> facts, double weight, boolean estimated) {}

  /** Reads of the messages that a filter means and a reader may see. */
  public Reading read(Filter filter, Scope scope) {
    Filter within = Within.scope(filter, scope);
    return database.browse(connection -> read(connection, within));
  }

  private Reading read(Connection connection, Filter filter) throws SQLException {
    Search search = new Search(connection, database.layout(), filter, Order.NEWEST);
    List<Position> listed = search.listed(EXACT + 1);
    if (listed.size() <= EXACT) {
      return new Reading(facts(connection, filter, listed), 1, false);
    }
    double keys =
        database.layout() == Layout.DISTRIBUTED ? Citus.keys(connection) : number(connection, KEYS);
    double rows = Math.max(listed.size(), keys);
    for (double wanted = SAMPLE; ; wanted *= 10) {
      double percent = Math.min(100, 100 * wanted / rows);
      List<Position> sample = sample(connection, filter, percent, rows <= MOST_KEYS);
      boolean enough = sample.size() >= SAMPLE / 5 || percent == 100 || wanted * 10 > MOST_KEYS;
      if (enough) {
        int used = Math.min(sample.size(), SAMPLE);
        double weight = (100 / percent) * sample.size() / Math.max(1, used);
        // Keys come in the order of the table, that is of time: the sample is thinned evenly.
        List<Position> thinned = new ArrayList<>();
        for (int i = 0; i < used; i++) {
          thinned.add(sample.get((int) ((long) i * sample.size() / used)));
        }
        return new Reading(facts(connection, filter, thinned), weight, true);
      }
    }
  }

  private static final String KEYS =
      "SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'message_key'::regclass";

  private static double number(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getDouble(1) : 0;
    }
  }

  /**
   * Keys that are chosen by chance, as far as the filter is met by what keys tell: one by one where
   * there are few enough to look at all of them, otherwise by the page. Keys of a page were stored
   * at the same time, so a chart of pages has gaps that the messages have not.
   */
  private static List<Position> sample(
      Connection connection, Filter filter, double percent, boolean single) throws SQLException {
    Query query =
        new Query()
            .add(
                "SELECT k.origin_ts, k.message_uuid FROM message_key AS k TABLESAMPLE "
                    + (single ? "BERNOULLI" : "SYSTEM")
                    + " (?) WHERE k.origin_ts IS NOT NULL",
                percent);
    filter.since().ifPresent(since -> query.add(" AND k.origin_ts >= ?", since));
    filter.until().ifPresent(until -> query.add(" AND k.origin_ts < ?", until));
    for (Query condition : Check.Open.of(filter, Set.of()).onKey()) {
      query.add(" AND ").add(condition);
    }
    List<Position> positions = new ArrayList<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        positions.add(new Position(Rows.time(rows, 1), rows.getObject(2, UUID.class)));
      }
    }
    return positions;
  }

  private List<Fact> facts(Connection connection, Filter filter, List<Position> positions)
      throws SQLException {
    List<Fact> facts = new ArrayList<>(positions.size());
    for (int from = 0; from < positions.size(); from += ROWS) {
      List<Position> some = positions.subList(from, Math.min(from + ROWS, positions.size()));
      Query query =
          new Query().add(FACT).add(database.layout().rows(some)).add(") AS m WHERE true");
      for (Criterion criterion : filter.criteria()) {
        query.add(" AND ").add(Check.ofRow(criterion));
      }
      try (PreparedStatement statement = query.prepare(connection);
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          facts.add(fact(rows));
        }
      }
    }
    return facts;
  }

  private static Fact fact(ResultSet row) throws SQLException {
    Instant time = Rows.instant(row, 1);
    return new Fact(
        time == null ? Instant.EPOCH : time,
        Rows.instant(row, 2),
        row.getLong(3),
        row.getString(4),
        destinations(row.getArray(5)),
        row.getString(6),
        row.getString(7));
  }

  private static List<String> destinations(@Nullable Array array) throws SQLException {
    return array == null
        ? List.of()
        : Arrays.stream((String[]) array.getArray()).filter(Objects::nonNull).distinct().toList();
  }
}
