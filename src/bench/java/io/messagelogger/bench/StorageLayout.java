package io.messagelogger.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A complete way to store messages and to find them again: its tables, how a batch is copied into
 * them, what is done with what is old, how a page is read. Each has a schema of its own in one
 * database. Used by one thread.
 *
 * <p>Numbers of terms are hashes here: they take as much room as those of a dictionary, of which a
 * server would have a copy.
 */
abstract class StorageLayout {
  /** Of a prepared message: the number of each of its terms. */
  static final String TERMS =
      """
      unnest(ARRAY[hashtext('S' || source_subject_id), hashtext('T' || topic), hashtext('Y' || message_type)]
             || ARRAY(SELECT DISTINCT hashtext('D' || d) FROM unnest(destination_subject_ids) AS d))
      """;

  /** How long the chunks of the messages are. */
  static final String CHUNK = System.getProperty("chunk", "1 day");

  static final String RECIPIENTS =
      "unnest(ARRAY(SELECT DISTINCT d FROM unnest(destination_subject_ids) AS d))";

  private final String code;
  private final String title;
  final boolean hypertable;

  /**
   * @param code what the property {@code layouts} calls it
   * @param hypertable whether the messages are one
   */
  StorageLayout(String code, String title, boolean hypertable) {
    this.code = code;
    this.title = title;
    this.hypertable = hypertable;
  }

  /**
   * Rows that are copied with each batch.
   *
   * @param select of prepared messages, without the condition on their positions
   * @param rest of the statement, behind that condition
   */
  record Feed(String table, String select, String rest) {
    Feed(String table, String select) {
      this(table, select, " ORDER BY message_uuid");
    }

    String of(int from, int to) {
      return select + " WHERE position BETWEEN " + from + " AND " + to + rest;
    }
  }

  /** What a page is asked by. */
  enum Field {
    ALL(""),
    SUBJECT(""),
    SOURCE("S"),
    DESTINATION("D"),
    TOPIC("T"),
    TYPE("Y");

    private final String kind;

    Field(String kind) {
      this.kind = kind;
    }

    /** The number of a term, as an expression. */
    String number(String term) {
      return "hashtext('" + kind + term + "')";
    }
  }

  /**
   * A question for a page, newest first.
   *
   * @param term what the field is; empty for all messages
   */
  record Ask(
      Field field, String term, @Nullable Instant since, @Nullable Instant until, int limit) {
    Ask by(Field other) {
      return new Ask(other, term, since, until, limit);
    }

    /** The bounds, each with AND before it. */
    String bounds() {
      return bounds("origin_ts", "origin_ts");
    }

    String bounds(String newest, String oldest) {
      return (since == null ? "" : " AND " + newest + " >= '" + since + "'")
          + (until == null ? "" : " AND " + oldest + " < '" + until + "'");
    }
  }

  final String title() {
    return title;
  }

  final String code() {
    return code;
  }

  final String schema() {
    return "layout_" + code.toLowerCase(Locale.ROOT);
  }

  /** Statements that make the tables, in the layout's schema. */
  abstract List<String> tables();

  /** What is copied with a batch. */
  abstract List<Feed> feeds();

  /** The positions of a page. */
  abstract List<Spot> list(Connection connection, Ask ask) throws SQLException;

  /** Work that is done behind, of messages before a position; null for none. */
  @Nullable String background(int from, int to) {
    return null;
  }

  /** What is done once with what is old, beside compressing the chunks of the messages. */
  List<String> age() {
    return List.of();
  }

  /** A query for the time of a message with a uuid; null when the row is found without. */
  @Nullable String time(UUID uuid) {
    return hypertable
        ? "SELECT origin_ts, message_uuid FROM message_key WHERE message_uuid = '" + uuid + "'"
        : null;
  }

  /** Whether rows are found by their time, and not by their uuid and time. */
  boolean rowsByTime() {
    return false;
  }

  /** Reads one message; returns how many there are. */
  final int find(Connection connection, UUID uuid) throws SQLException {
    String time = time(uuid);
    if (time == null) {
      return rows(
          connection,
          "SELECT " + Corpus.COLUMNS + " FROM message_exchange WHERE message_uuid = '" + uuid + "'",
          null);
    }
    List<Spot> spots = spots(connection, time);
    return spots.isEmpty() ? 0 : rows(connection, spots);
  }

  /** Reads a page; returns how many messages it has. */
  int page(Connection connection, Ask ask) throws SQLException {
    List<Spot> spots = list(connection, ask);
    return spots.isEmpty() ? 0 : rows(connection, spots);
  }

  /** The rows of positions, in one statement with a branch a day, as the service does. */
  private int rows(Connection connection, List<Spot> spots) throws SQLException {
    List<Spot> sorted = new ArrayList<>(spots);
    sorted.sort((a, b) -> b.compareTo(a));
    List<String> branches = new ArrayList<>();
    for (int from = 0; from < sorted.size(); ) {
      Instant day = sorted.get(from).time().truncatedTo(ChronoUnit.DAYS);
      int to = from + 1;
      while (to < sorted.size() && (!hypertable || !sorted.get(to).time().isBefore(day))) {
        to++;
      }
      branches.add(branch(sorted.subList(from, to)));
      from = to;
    }
    return rows(connection, String.join(" UNION ALL ", branches), rowsByTime() ? sorted : null);
  }

  private String branch(List<Spot> spots) {
    String condition =
        rowsByTime()
            ? "origin_ts = ANY ('" + array(spots.stream().map(Spot::time).toList()) + "')"
            : "message_uuid = ANY ('" + array(spots.stream().map(Spot::uuid).toList()) + "')";
    return "SELECT "
        + Corpus.COLUMNS
        + " FROM message_exchange WHERE "
        + condition
        + (hypertable
            ? " AND origin_ts BETWEEN '%s' AND '%s'"
                .formatted(spots.get(spots.size() - 1).time(), spots.get(0).time())
            : "");
  }

  private static String array(List<?> values) {
    return "{" + String.join(",", values.stream().map(Object::toString).toList()) + "}";
  }

  /**
   * @param meant where rows of other messages may be among them, those that are not
   */
  final int rows(Connection connection, String query, @Nullable List<Spot> meant)
      throws SQLException {
    int count = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        if (meant == null || meant(rows, meant)) {
          count++;
        }
      }
    }
    return count;
  }

  private static boolean meant(ResultSet row, List<Spot> meant) throws SQLException {
    Spot spot = new Spot(time(row, 2), row.getObject(1, UUID.class));
    return meant.stream().anyMatch(m -> m.compareTo(spot) == 0);
  }

  static List<Spot> spots(Connection connection, String query) throws SQLException {
    List<Spot> spots = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        spots.add(new Spot(time(rows, 1), rows.getObject(2, UUID.class)));
      }
    }
    return spots;
  }

  static Instant time(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** A range of one index. */
  static String part(String table, String condition, Ask ask) {
    return "(SELECT origin_ts, message_uuid FROM %s WHERE %s%s ORDER BY origin_ts DESC, message_uuid DESC LIMIT %d)"
        .formatted(table, condition, ask.bounds(), ask.limit());
  }

  static String either(String one, String other, Ask ask) {
    return "SELECT origin_ts, message_uuid FROM (%s UNION %s) AS either ORDER BY origin_ts DESC, message_uuid DESC LIMIT %d"
        .formatted(one, other, ask.limit());
  }

  /** The message table, unique by uuid; the time of a hypertable has an index by default. */
  final List<String> messages(boolean unique, boolean byTime) {
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE message_exchange AS SELECT "
            + Corpus.COLUMNS
            + " FROM public.prepared WITH NO DATA");
    statements.add("ALTER TABLE message_exchange ALTER COLUMN origin_ts SET NOT NULL");
    if (hypertable) {
      statements.add(
          "SELECT public.create_hypertable('message_exchange', 'origin_ts', chunk_time_interval => interval '%s', create_default_indexes => %s)"
              .formatted(CHUNK, byTime));
      statements.add(
          "ALTER TABLE message_exchange SET (timescaledb.compress, timescaledb.compress_segmentby = '',"
              + " timescaledb.compress_orderby = 'origin_ts DESC, message_uuid')");
    }
    if (unique) {
      statements.add(
          "ALTER TABLE message_exchange ADD PRIMARY KEY (message_uuid%s)"
              .formatted(hypertable ? ", origin_ts" : ""));
    }
    return statements;
  }

  static final Feed MESSAGES =
      new Feed("message_exchange", "SELECT " + Corpus.COLUMNS + " FROM public.prepared");
}
