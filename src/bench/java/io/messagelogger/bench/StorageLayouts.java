package io.messagelogger.bench;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The layouts that are compared. Stateless. */
final class StorageLayouts {
  private static final String DESTINATIONS =
      "SELECT subject_id, origin_ts, message_uuid FROM public.prepared, "
          + StorageLayout.RECIPIENTS
          + " AS subject_id";

  private StorageLayouts() {}

  static List<StorageLayout> all(boolean hypertable) {
    List<StorageLayout> all = new ArrayList<>();
    all.add(new Columns("A", "today", hypertable, Columns.Kind.TEXTS, true));
    all.add(
        new Columns(
            "N",
            "today, lists of source, topic, type without the uuid",
            hypertable,
            Columns.Kind.NARROW,
            true));
    all.add(new Columns("B", "terms as numbers", hypertable, Columns.Kind.NUMBERS, true));
    all.add(new Marks("C", "marks, compressed by term", hypertable, true));
    if (hypertable) {
      all.add(new Marks("C2", "marks, compressed in order of terms", true, false));
    }
    all.add(
        hypertable
            ? new Columns(
                "D", "numbers without the uuid, rows by time", true, Columns.Kind.HASHES, false)
            : new Expressions("D", "numbers as indexes of the rows, no key table"));
    all.add(new Postings("E", "a posting per term and batch", hypertable, false));
    all.add(new Postings("F", "64 postings per batch, merged by term behind", hypertable, true));
    all.add(new Inverted("G", "an inverted index of terms, merged at 512 kB", hypertable, 512));
    all.add(new Inverted("G4", "the same, merged at 4 MB", hypertable, 4096));
    all.add(new Inverted("G0", "the same, merged at once", hypertable, 0));
    return all;
  }

  /** Lists are indexes of the key table, recipients have a table. */
  private static final class Columns extends StorageLayout {
    private enum Kind {
      TEXTS,
      NARROW,
      NUMBERS,
      HASHES
    }

    private final Kind kind;
    private final boolean unique;

    Columns(String code, String title, boolean hypertable, Kind kind, boolean unique) {
      super(code, title, hypertable);
      this.kind = kind;
      this.unique = unique;
    }

    private boolean numbers() {
      return kind == Kind.NUMBERS || kind == Kind.HASHES;
    }

    @Override
    List<String> tables() {
      List<String> statements = messages(unique, true);
      String term = numbers() ? "integer" : "text";
      String rest = kind == Kind.NARROW || kind == Kind.HASHES ? "" : ", message_uuid";
      statements.add(
          numbers()
              ? "CREATE TABLE message_key (origin_ts timestamptz, source integer, topic integer, type integer, message_uuid uuid PRIMARY KEY)"
              : "CREATE TABLE message_key (message_uuid uuid PRIMARY KEY, origin_ts timestamptz, source text, topic text, type text)");
      statements.add("CREATE INDEX ON message_key (origin_ts, message_uuid)");
      for (String column : List.of("source", "topic", "type")) {
        statements.add("CREATE INDEX ON message_key (" + column + ", origin_ts" + rest + ")");
      }
      statements.add(
          "CREATE TABLE message_destination (subject_id %s NOT NULL, origin_ts timestamptz NOT NULL, message_uuid uuid NOT NULL)"
              .formatted(term));
      statements.add(
          kind == Kind.HASHES
              ? "CREATE INDEX ON message_destination (subject_id, origin_ts)"
              : "ALTER TABLE message_destination ADD PRIMARY KEY (subject_id, origin_ts, message_uuid)");
      return statements;
    }

    @Override
    List<Feed> feeds() {
      return List.of(
          numbers()
              ? new Feed(
                  "message_key",
                  "SELECT origin_ts, hashtext('S' || source_subject_id), hashtext('T' || topic), hashtext('Y' || message_type), message_uuid FROM public.prepared")
              : new Feed(
                  "message_key",
                  "SELECT message_uuid, origin_ts, source_subject_id, topic, message_type FROM public.prepared"),
          MESSAGES,
          new Feed(
              "message_destination",
              numbers()
                  ? DESTINATIONS.replace("SELECT subject_id", "SELECT hashtext('D' || subject_id)")
                  : DESTINATIONS));
    }

    @Override
    boolean rowsByTime() {
      return kind == Kind.HASHES;
    }

    @Override
    List<Spot> list(Connection connection, Ask ask) throws SQLException {
      return spots(connection, query(ask));
    }

    private String query(Ask ask) {
      return switch (ask.field()) {
        case ALL -> part("message_key", "true", ask);
        case SUBJECT -> either(query(ask.by(Field.SOURCE)), query(ask.by(Field.DESTINATION)), ask);
        case SOURCE -> part("message_key", "source = " + value(ask), ask);
        case DESTINATION -> part("message_destination", "subject_id = " + value(ask), ask);
        case TOPIC -> part("message_key", "topic = " + value(ask), ask);
        case TYPE -> part("message_key", "type = " + value(ask), ask);
      };
    }

    private String value(Ask ask) {
      return numbers() ? ask.field().number(ask.term()) : "'" + ask.term() + "'";
    }
  }

  /** One table of terms, a row for each term of a message. */
  private static final class Marks extends StorageLayout {
    /** Weeks that are asked at a time: most pages are within the newest. */
    private static final int[] STEPS = {1, 4, 16, 64};

    private final boolean segments;

    Marks(String code, String title, boolean hypertable, boolean segments) {
      super(code, title, hypertable);
      this.segments = segments;
    }

    @Override
    List<String> tables() {
      List<String> statements = messages(true, true);
      statements.add(
          "CREATE TABLE message_key (message_uuid uuid PRIMARY KEY, origin_ts timestamptz)");
      statements.add("CREATE INDEX ON message_key (origin_ts, message_uuid)");
      statements.add(
          "CREATE TABLE mark (term integer NOT NULL, origin_ts timestamptz NOT NULL, message_uuid uuid NOT NULL)");
      if (hypertable) {
        statements.add(
            "SELECT public.create_hypertable('mark', 'origin_ts', chunk_time_interval => interval '7 days', create_default_indexes => false)");
        statements.add(
            segments
                ? "ALTER TABLE mark SET (timescaledb.compress, timescaledb.compress_segmentby = 'term', timescaledb.compress_orderby = 'origin_ts DESC, message_uuid DESC')"
                : "ALTER TABLE mark SET (timescaledb.compress, timescaledb.compress_segmentby = '', timescaledb.compress_orderby = 'term, origin_ts DESC, message_uuid DESC')");
        statements.add(
            "CREATE TABLE presence (term integer, week timestamptz, PRIMARY KEY (term, week))");
        // A server remembers what it has inserted there.
        statements.add(
            """
            CREATE UNLOGGED TABLE IF NOT EXISTS public.presence_prepared AS
            SELECT term, public.time_bucket('7 days', origin_ts) AS week, min(position) AS position
              FROM public.prepared, %s AS term GROUP BY 1, 2
            """
                .formatted(TERMS));
        statements.add(
            "CREATE INDEX IF NOT EXISTS presence_position ON public.presence_prepared (position)");
      }
      statements.add("ALTER TABLE mark ADD PRIMARY KEY (term, origin_ts, message_uuid)");
      return statements;
    }

    @Override
    List<Feed> feeds() {
      List<Feed> feeds =
          new ArrayList<>(
              List.of(
                  new Feed("message_key", "SELECT message_uuid, origin_ts FROM public.prepared"),
                  MESSAGES,
                  new Feed(
                      "mark",
                      "SELECT term, origin_ts, message_uuid FROM public.prepared, "
                          + TERMS
                          + " AS term")));
      if (hypertable) {
        feeds.add(
            new Feed(
                "presence", "SELECT term, week FROM public.presence_prepared", " ORDER BY term"));
      }
      return feeds;
    }

    @Override
    List<String> age() {
      return hypertable
          ? List.of(
              "SELECT count(public.compress_chunk(c)) FROM public.show_chunks('mark', older_than => now() - interval '7 days') AS c")
          : List.of();
    }

    @Override
    List<Spot> list(Connection connection, Ask ask) throws SQLException {
      if (ask.field() == Field.ALL) {
        return spots(connection, part("message_key", "true", ask));
      }
      if (!hypertable) {
        return spots(connection, branch(ask));
      }
      List<Instant> weeks = weeks(connection, ask);
      List<Spot> spots = new ArrayList<>();
      int from = 0;
      for (int step = 0; from < weeks.size() && spots.size() < ask.limit(); step++) {
        int to = Math.min(weeks.size(), from + STEPS[Math.min(step, STEPS.length - 1)]);
        List<String> branches = new ArrayList<>();
        for (Instant week : weeks.subList(from, to)) {
          branches.add("(" + branch(within(ask, week)) + ")");
        }
        spots.addAll(spots(connection, String.join(" UNION ALL ", branches)));
        from = to;
      }
      spots.sort((a, b) -> b.compareTo(a));
      return spots.subList(0, Math.min(spots.size(), ask.limit()));
    }

    private static String branch(Ask ask) {
      return ask.field() == Field.SUBJECT
          ? either(mark(ask.by(Field.SOURCE)), mark(ask.by(Field.DESTINATION)), ask)
          : mark(ask);
    }

    private static Ask within(Ask ask, Instant week) {
      Instant end = week.plusSeconds(7 * 86_400);
      Instant since = ask.since() == null || ask.since().isBefore(week) ? week : ask.since();
      Instant until = ask.until() == null || ask.until().isAfter(end) ? end : ask.until();
      return new Ask(ask.field(), ask.term(), since, until, ask.limit());
    }

    private static String mark(Ask ask) {
      return part("mark", "term = " + ask.field().number(ask.term()), ask);
    }

    private static List<Instant> weeks(Connection connection, Ask ask) throws SQLException {
      String terms =
          ask.field() == Field.SUBJECT
              ? Field.SOURCE.number(ask.term()) + ", " + Field.DESTINATION.number(ask.term())
              : ask.field().number(ask.term());
      List<Instant> weeks = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT DISTINCT week FROM presence WHERE term IN (%s)%s ORDER BY week DESC"
                      .formatted(terms, ask.bounds("week + interval '7 days'", "week")))) {
        while (rows.next()) {
          weeks.add(time(rows, 1));
        }
      }
      return weeks;
    }
  }

  /** No table but the messages and the further recipients; for plain tables. */
  private static final class Expressions extends StorageLayout {
    Expressions(String code, String title) {
      super(code, title, false);
    }

    @Override
    List<String> tables() {
      List<String> statements = messages(true, true);
      statements.add("CREATE INDEX ON message_exchange (origin_ts, message_uuid)");
      for (String column :
          List.of("source_subject_id", "topic", "message_type", "(destination_subject_ids[1])")) {
        statements.add("CREATE INDEX ON message_exchange (hashtext(" + column + "), origin_ts)");
      }
      statements.add(
          "CREATE TABLE message_destination (subject integer NOT NULL, origin_ts timestamptz NOT NULL, message_uuid uuid NOT NULL)");
      statements.add("CREATE INDEX ON message_destination (subject, origin_ts)");
      return statements;
    }

    @Override
    List<Feed> feeds() {
      return List.of(
          MESSAGES,
          new Feed(
              "message_destination",
              "SELECT hashtext(subject_id), origin_ts, message_uuid FROM public.prepared, unnest(destination_subject_ids[2:]) AS subject_id"));
    }

    @Override
    List<Spot> list(Connection connection, Ask ask) throws SQLException {
      return spots(connection, query(ask));
    }

    private static String query(Ask ask) {
      return switch (ask.field()) {
        case ALL -> part("message_exchange", "true", ask);
        case SUBJECT ->
            either(query(ask.by(Field.SOURCE)), "(" + query(ask.by(Field.DESTINATION)) + ")", ask);
        case SOURCE -> column("source_subject_id", ask);
        case TOPIC -> column("topic", ask);
        case TYPE -> column("message_type", ask);
        case DESTINATION ->
            either(
                column("(destination_subject_ids[1])", ask),
                part("message_destination", "subject = hashtext('" + ask.term() + "')", ask),
                ask);
      };
    }

    private static String column(String column, Ask ask) {
      return part(
          "message_exchange",
          "hashtext(%1$s) = hashtext('%2$s') AND %1$s = '%2$s'".formatted(column, ask.term()),
          ask);
    }
  }

  /**
   * The key table has the numbers of a message's terms, and PostgreSQL's own inverted index (GIN)
   * leads from them to its rows. A number is of a term within a span of messages, so that a page of
   * a frequent term does not read all of its entries.
   */
  private static final class Inverted extends StorageLayout {
    /** Messages, as a power of two. */
    private static final int SPAN = Integer.getInteger("span", 16);

    private static final int PROBE = 250;
    private static final int DENSE = 10;
    private static final int[] STEPS = {4, 16, 64, 256};
    private final int mergedAt;
    private final List<Span> spans = new ArrayList<>();

    Inverted(String code, String title, boolean hypertable, int mergedAt) {
      super(code, title, hypertable);
      this.mergedAt = mergedAt;
    }

    private static String number(String kind, String name, String span) {
      return "hashtext('%s' || %s || '#' || %s)".formatted(kind, name, span);
    }

    @Override
    List<String> tables() {
      List<String> statements = messages(!hypertable, true);
      statements.add(
          "CREATE TABLE message_key (message_uuid uuid %s, origin_ts timestamptz, terms integer[])"
              .formatted(hypertable ? "PRIMARY KEY" : "NOT NULL"));
      statements.add(
          "CREATE INDEX ON message_key (origin_ts" + (hypertable ? "" : ", message_uuid") + ")");
      statements.add(
          "CREATE INDEX ON message_key USING gin (terms) WITH ("
              + (mergedAt == 0
                  ? "fastupdate = off"
                  : "fastupdate = on, gin_pending_list_limit = " + mergedAt)
              + ")");
      statements.add(
          "CREATE TABLE span (span integer NOT NULL, oldest timestamptz NOT NULL, newest timestamptz NOT NULL)");
      return statements;
    }

    @Override
    List<Feed> feeds() {
      String span = "(position >> " + SPAN + ")::integer";
      return List.of(
          new Feed(
              "message_key",
              "SELECT message_uuid, origin_ts, array_remove(ARRAY[%s, %s, %s]"
                      .formatted(
                          number("S", "source_subject_id", span),
                          number("T", "topic", span),
                          number("Y", "message_type", span))
                  + " || ARRAY(SELECT DISTINCT %s FROM unnest(destination_subject_ids) AS d), NULL) FROM public.prepared"
                      .formatted(number("D", "d", span))),
          MESSAGES,
          new Feed(
              "span",
              "SELECT " + span + ", min(origin_ts), max(origin_ts) FROM public.prepared",
              " GROUP BY 1"));
    }

    @Override
    boolean rowsByTime() {
      return hypertable;
    }

    @Override
    List<Spot> list(Connection connection, Ask ask) throws SQLException {
      if (ask.field() == Field.ALL) {
        return spots(connection, part("message_key", "true", ask));
      }
      List<Span> asked =
          spans(connection).stream()
              .filter(span -> ask.since() == null || !span.newest().isBefore(ask.since()))
              .filter(span -> ask.until() == null || span.oldest().isBefore(ask.until()))
              .toList();
      List<Spot> spots = new ArrayList<>();
      int from = 0;
      for (int step = 0; from < asked.size() && !full(spots, ask, asked.get(from)); step++) {
        int to = Math.min(asked.size(), from + STEPS[Math.min(step, STEPS.length - 1)]);
        String condition = condition(ask, asked.subList(from, to));
        if (step == 0) {
          spots = first(connection, ask, condition, asked.subList(0, Math.min(3, asked.size())));
        } else {
          spots.addAll(spots(connection, part("message_key", condition, ask)));
        }
        spots.sort((a, b) -> b.compareTo(a));
        spots = new ArrayList<>(spots.subList(0, Math.min(spots.size(), ask.limit())));
        from = to;
      }
      return spots;
    }

    private static boolean full(List<Spot> spots, Ask ask, Span next) {
      return spots.size() == ask.limit()
          && spots.get(spots.size() - 1).time().isAfter(next.newest());
    }

    /** A server would know them: those that are full do not change. */
    private List<Span> spans(Connection connection) throws SQLException {
      if (spans.isEmpty()) {
        try (Statement statement = connection.createStatement();
            ResultSet rows =
                statement.executeQuery(
                    "SELECT span, max(newest), min(oldest) FROM span GROUP BY 1 ORDER BY 2 DESC")) {
          while (rows.next()) {
            spans.add(new Span(rows.getInt(1), time(rows, 2), time(rows, 3)));
          }
        }
      }
      return spans;
    }

    private record Span(int number, Instant newest, Instant oldest) {}

    /**
     * A frequent term is found among the newest rows, whatever the index has; another one by the
     * index, which is not asked where some of the newest rows have the term.
     */
    private static List<Spot> first(
        Connection connection, Ask ask, String condition, List<Span> reached) throws SQLException {
      List<Spot> newest = new ArrayList<>();
      List<Spot> indexed = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  """
                  WITH newest AS MATERIALIZED (
                    SELECT origin_ts, message_uuid FROM (
                      SELECT * FROM message_key WHERE true%s ORDER BY origin_ts DESC, message_uuid DESC LIMIT %d) AS probed
                     WHERE %s)
                  SELECT origin_ts, message_uuid, true FROM newest
                  UNION ALL (
                  SELECT origin_ts, message_uuid, false FROM message_key
                   WHERE (SELECT count(*) FROM newest) < %d AND %s%s
                   ORDER BY origin_ts DESC, message_uuid DESC LIMIT %d)
                  """
                      .formatted(
                          ask.bounds(),
                          PROBE,
                          condition(ask, reached),
                          DENSE,
                          condition,
                          ask.bounds(),
                          ask.limit()))) {
        while (rows.next()) {
          (rows.getBoolean(3) ? newest : indexed)
              .add(new Spot(time(rows, 1), rows.getObject(2, UUID.class)));
        }
      }
      if (newest.size() >= ask.limit()) {
        return newest;
      }
      if (newest.size() < DENSE) {
        return indexed;
      }
      int rows = 2 * ask.limit() * PROBE / newest.size();
      List<Spot> found =
          spots(
              connection,
              "SELECT origin_ts, message_uuid FROM (SELECT * FROM message_key WHERE true%s ORDER BY origin_ts DESC, message_uuid DESC LIMIT %d) AS newest WHERE %s LIMIT %d"
                  .formatted(ask.bounds(), rows, condition(ask, reached), ask.limit()));
      return found.size() == ask.limit()
          ? found
          : spots(connection, part("message_key", condition, ask));
    }

    private static String condition(Ask ask, List<Span> spans) {
      List<String> kinds =
          ask.field() == Field.SUBJECT
              ? List.of("S", "D")
              : List.of(
                  ask.field() == Field.TOPIC
                      ? "T"
                      : ask.field() == Field.TYPE ? "Y" : ask.field() == Field.SOURCE ? "S" : "D");
      List<String> numbers = new ArrayList<>();
      for (Span span : spans) {
        for (String kind : kinds) {
          numbers.add(number(kind, "'" + ask.term() + "'", Integer.toString(span.number())));
        }
      }
      return "terms && ARRAY[" + String.join(", ", numbers) + "]";
    }
  }

  /** Lists are rows of many entries: the time and the first four bytes of the uuid. */
  private static final class Postings extends StorageLayout {
    private static final int BUCKETS = 64;
    private static final int ENTRY = 12;
    private static final int FIRST_ROWS = 4;
    private static final int MORE = 8;
    private static final int WINDOW = 20_000;

    /** Fit into a row that is not moved out of line. */
    private static final int ENTRIES = 150;

    private static final long EPOCH_2000 = 946_684_800L;

    private static final String SEND =
        "timestamptz_send(origin_ts) || substr(uuid_send(message_uuid), 1, 4)";

    private final boolean buckets;

    Postings(String code, String title, boolean hypertable, boolean buckets) {
      super(code, title, hypertable);
      this.buckets = buckets;
    }

    @Override
    List<String> tables() {
      List<String> statements = messages(!hypertable, true);
      if (hypertable) {
        statements.add(
            "CREATE TABLE message_key (message_uuid uuid PRIMARY KEY, origin_ts timestamptz)");
      } else {
        statements.add("CREATE INDEX ON message_exchange (origin_ts, message_uuid)");
      }
      statements.add(
          "CREATE TABLE posting (newest timestamptz NOT NULL, oldest timestamptz NOT NULL, term integer NOT NULL, entries bytea NOT NULL)");
      statements.add("CREATE INDEX ON posting (term, newest)");
      statements.add(
          "CREATE TABLE posting_batch (newest timestamptz NOT NULL, oldest timestamptz NOT NULL, bucket integer NOT NULL, entries bytea NOT NULL)");
      statements.add("CREATE INDEX ON posting_batch (bucket, newest)");
      for (String table : List.of("posting", "posting_batch")) {
        // Nothing of it could be compressed.
        statements.add("ALTER TABLE " + table + " ALTER COLUMN entries SET STORAGE EXTERNAL");
      }
      return statements;
    }

    @Override
    List<Feed> feeds() {
      List<Feed> feeds = new ArrayList<>();
      if (hypertable) {
        feeds.add(new Feed("message_key", "SELECT message_uuid, origin_ts FROM public.prepared"));
      }
      feeds.add(MESSAGES);
      feeds.add(
          buckets
              ? new Feed(
                  "posting_batch",
                  "SELECT max(origin_ts), min(origin_ts), term & 63, string_agg(int4send(term) || "
                      + SEND
                      + ", '' ORDER BY term, origin_ts DESC) FROM public.prepared, "
                      + TERMS
                      + " AS term",
                  " GROUP BY term & 63 ORDER BY term & 63")
              : new Feed(
                  "posting",
                  "SELECT max(origin_ts), min(origin_ts), term, string_agg("
                      + SEND
                      + ", '' ORDER BY origin_ts DESC) FROM public.prepared, "
                      + TERMS
                      + " AS term",
                  " GROUP BY term ORDER BY term"));
      return feeds;
    }

    /** Every twenty batches, the postings of the twenty before become some of each term. */
    @Override
    @Nullable String background(int from, int to) {
      if (!buckets || to % WINDOW != 0) {
        return null;
      }
      return """
      WITH gone AS (
        DELETE FROM posting_batch
         WHERE newest < (SELECT origin_ts FROM public.prepared WHERE position = %d)
        RETURNING entries),
      entry AS (
        SELECT ('x' || encode(substr(entries, 1 + 16 * i, 4), 'hex'))::bit(32)::integer AS term,
               substr(entries, 5 + 16 * i, 12) AS entry
          FROM gone, generate_series(0, length(entries) / 16 - 1) AS i),
      numbered AS (
        SELECT term, entry, (row_number() OVER (PARTITION BY term ORDER BY entry DESC) - 1) / %d AS part
          FROM entry)
      INSERT INTO posting
      SELECT %s, %s, term, string_agg(entry, '' ORDER BY entry DESC) FROM numbered GROUP BY term, part ORDER BY term
      """
          .formatted(
              Math.max(0, to - WINDOW),
              ENTRIES,
              time("max(encode(entry, 'hex'))"),
              time("min(encode(entry, 'hex'))"));
    }

    private static String time(String hex) {
      return "timestamptz '2000-01-01Z' + ('x' || left("
          + hex
          + ", 16))::bit(64)::bigint * interval '1 microsecond'";
    }

    /** The postings of a term, some of them small, become as few as fit. */
    @Override
    List<String> age() {
      return List.of(
          """
          CREATE TEMP TABLE merged AS
          WITH whole AS (
            SELECT term, string_agg(entries, '' ORDER BY newest DESC) AS entries FROM posting GROUP BY term)
          SELECT term, substr(entries, 1 + %1$d * i, %1$d) AS entries
            FROM whole, generate_series(0, (length(entries) - 1) / %1$d) AS i
          """
              .formatted(ENTRY * ENTRIES),
          "TRUNCATE posting",
          "INSERT INTO posting SELECT %s, %s, term, entries FROM merged ORDER BY term"
              .formatted(
                  time("encode(substr(entries, 1, 8), 'hex')"),
                  time("encode(substr(entries, length(entries) - 11, 8), 'hex')")),
          "DROP TABLE merged");
    }

    @Override
    boolean rowsByTime() {
      return true;
    }

    /** All messages are read as they are, in growing ranges of time. */
    @Override
    int page(Connection connection, Ask ask) throws SQLException {
      if (ask.field() != Field.ALL) {
        return super.page(connection, ask);
      }
      Instant until = ask.until() == null ? Instant.now() : ask.until();
      int count = 0;
      for (int days = 1; days < 10_000 && count < ask.limit(); days *= 8) {
        Ask range =
            new Ask(Field.ALL, "", until.minus(Duration.ofDays(days)), ask.until(), ask.limit());
        count =
            rows(
                connection,
                "SELECT %s FROM message_exchange WHERE true%s ORDER BY origin_ts DESC, message_uuid DESC LIMIT %d"
                    .formatted(Corpus.COLUMNS, range.bounds(), ask.limit()),
                null);
      }
      return count;
    }

    /** Some postings of each term at first, more where those do not reach far enough. */
    @Override
    List<Spot> list(Connection connection, Ask ask) throws SQLException {
      List<String> numbers =
          ask.field() == Field.SUBJECT
              ? List.of(Field.SOURCE.number(ask.term()), Field.DESTINATION.number(ask.term()))
              : List.of(ask.field().number(ask.term()));
      for (int rows = FIRST_ROWS; ; rows *= MORE) {
        Read read = new Read(ask);
        read.read(connection, query(numbers, ask, rows));
        List<Spot> page =
            read.spots.stream()
                .distinct()
                .sorted((a, b) -> b.compareTo(a))
                .limit(ask.limit())
                .toList();
        Instant reach = read.reach(rows);
        boolean full = page.size() == ask.limit();
        if (reach == null || (full && page.get(page.size() - 1).time().isAfter(reach))) {
          return page;
        }
      }
    }

    private String query(List<String> numbers, Ask ask, int rows) {
      List<String> parts = new ArrayList<>();
      String bounds = ask.bounds("newest", "oldest");
      for (String number : numbers) {
        parts.add(
            "(SELECT entries, newest, %1$s, true FROM posting WHERE term = %1$s%2$s ORDER BY newest DESC LIMIT %3$d)"
                .formatted(number, bounds, rows));
        if (buckets) {
          parts.add(
              "(SELECT entries, newest, %1$s, false FROM posting_batch WHERE bucket = (%1$s & %3$d)%2$s ORDER BY newest DESC LIMIT %4$d)"
                  .formatted(number, bounds, BUCKETS - 1, rows));
        }
      }
      return String.join(" UNION ALL ", parts);
    }

    /** The entries of the postings that were read. */
    private static final class Read {
      private final Ask ask;
      private final List<Spot> spots = new ArrayList<>();
      private final Map<String, List<Instant>> newest = new HashMap<>();

      private Read(Ask ask) {
        this.ask = ask;
      }

      private void read(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery(query)) {
          while (rows.next()) {
            int term = rows.getInt(3);
            boolean whole = rows.getBoolean(4);
            newest.computeIfAbsent(term + " " + whole, key -> new ArrayList<>()).add(time(rows, 2));
            ByteBuffer entries = ByteBuffer.wrap(rows.getBytes(1));
            while (entries.hasRemaining()) {
              boolean meant = whole || entries.getInt() == term;
              if (meant) {
                add(spot(entries));
              } else {
                entries.position(entries.position() + ENTRY);
              }
            }
          }
        }
      }

      private void add(Spot spot) {
        if ((ask.until() == null || spot.time().isBefore(ask.until()))
            && (ask.since() == null || !spot.time().isBefore(ask.since()))) {
          spots.add(spot);
        }
      }

      /** What is not newer than this may be in postings that were not read; null for nothing. */
      private @Nullable Instant reach(int rows) {
        return newest.values().stream()
            .filter(times -> times.size() == rows)
            .map(times -> times.get(rows - 1))
            .max(Instant::compareTo)
            .orElse(null);
      }
    }

    private static Spot spot(ByteBuffer entries) {
      long micros = entries.getLong();
      return new Spot(
          Instant.ofEpochSecond(
              EPOCH_2000 + Math.floorDiv(micros, 1_000_000L),
              Math.floorMod(micros, 1_000_000L) * 1000),
          new UUID((long) entries.getInt() << Integer.SIZE, 0));
    }
  }
}
