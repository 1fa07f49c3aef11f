package io.messagelogger.bench;

import io.messagelogger.bench.StorageLayout.Ask;
import io.messagelogger.bench.StorageLayout.Feed;
import io.messagelogger.bench.StorageLayout.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Compares complete layouts of the tables, in SQL alone: bytes a message before and after what
 * happens to old messages, what a batch costs to copy, how fast each question is answered. The
 * layouts take turns, batch by batch and question by question, so that what else the machine does
 * meets all of them. An answer that is not what it must be ends it.
 *
 * <p>System properties: {@code layouts} (all, or some such as A,D,F), {@code count} (messages,
 * 1000000), {@code samples} (of each question, 100), {@code uuids} (random, or v7), {@code chunk}
 * (of the messages, 1 day), {@code growth} (a file that gets the sizes at each twentieth, of which
 * {@link Growth} makes a picture), {@code keep} (whether the database stays on a server that is
 * given, false). {@link BenchServices} says which database server it works with. Used by one
 * thread.
 */
final class Layouts {
  private static final int BATCH = 1000;
  private static final int PREPARED = 20_000;
  private static final int LIMIT = 100;
  private static final int WARM_UP = 5;
  private static final long SEED = 42;
  private static final int GROWTH_STEPS = 20;

  /** Of one question and layout; a slow one is asked less often. */
  private static final long LONGEST_NANOS = 10_000_000_000L;

  private static final String V7 =
      """
      (lpad(to_hex((extract(epoch FROM origin_ts) * 1000)::bigint), 12, '0') || '7'
        || substr(md5('7-' || position), 1, 3) || '8' || substr(md5('7-' || position), 4, 15))::uuid
      """;

  private static final String OLD_CHUNKS =
      """
      SELECT count(public.compress_chunk(c))
        FROM public.show_chunks('message_exchange', older_than => now() - interval '7 days') AS c
      """;

  /** Tables of the current schema with their indexes, the chunks of hypertables included. */
  private static final String SIZES =
      """
      SELECT relname, %s FROM pg_class
       WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname
      """;

  private final PrintStream out;
  private final Connection connection;
  private final Sql sql;
  private final Corpus corpus;
  private final boolean hypertable;
  private final List<StorageLayout> layouts;
  private final Map<StorageLayout, Cost> costs = new LinkedHashMap<>();
  private final Map<StorageLayout, Map<String, Map<String, Long>>> sizes = new LinkedHashMap<>();
  private final Map<String, Map<String, Map<StorageLayout, Latency>>> latencies =
      new LinkedHashMap<>();
  private final @Nullable Path schedule;
  private final @Nullable Path growth;

  /** What writing has cost a layout. */
  private static final class Cost {
    private long nanos;
    private long processor;
    private long log;
    private long behind;
  }

  private Layouts(PrintStream out, Connection connection, Corpus corpus, boolean local)
      throws SQLException {
    this.out = out;
    this.connection = connection;
    this.sql = new Sql(connection);
    this.corpus = corpus;
    this.hypertable = sql.timescalePreloaded();
    List<String> chosen = List.of(System.getProperty("layouts", "all").split(","));
    this.layouts =
        StorageLayouts.all(hypertable).stream()
            .filter(layout -> chosen.contains("all") || chosen.contains(layout.code()))
            .toList();
    Path process = Path.of("/proc", Long.toString(sql.number("SELECT pg_backend_pid()")));
    String file = System.getProperty("growth");
    this.growth = file == null ? null : Path.of(file);
    this.schedule = local ? process.resolve("schedstat") : null;
  }

  /** Runs the comparison with the system properties and the environment. */
  static void run(PrintStream out) throws IOException, SQLException {
    Corpus corpus = Corpus.untilNow(Integer.getInteger("count", 1_000_000));
    try (BenchServices services = BenchServices.start(false)) {
      String database = services.createDatabase("layouts");
      try (Connection connection = services.connect(database)) {
        new Layouts(out, connection, corpus, services.local())
            .run(Integer.getInteger("samples", 100));
      } finally {
        if (!Boolean.getBoolean("keep")) {
          services.dropDatabase(database);
        }
      }
    }
  }

  private void run(int samples) throws IOException, SQLException {
    if (hypertable) {
      sql.execute("CREATE EXTENSION IF NOT EXISTS timescaledb");
    }
    out.println(sql.describe());
    sql.execute("SET synchronous_commit = off"); // the disk's pace is the same for all
    prepare();
    for (StorageLayout layout : layouts) {
      sql.execute("CREATE SCHEMA " + layout.schema());
      enter(layout);
      for (String statement : layout.tables()) {
        sql.execute(statement);
      }
      costs.put(layout, new Cost());
    }
    write();
    phase("fresh", samples);
    for (StorageLayout layout : layouts) {
      enter(layout);
      if (hypertable) {
        sql.execute(OLD_CHUNKS);
      }
      long start = processor();
      for (String statement : layout.age()) {
        sql.execute(statement);
      }
      costs.get(layout).behind += processor() - start;
      say("aged: " + layout.title());
    }
    phase("aged", samples);
    for (StorageLayout layout : layouts) {
      enter(layout);
      sql.execute("REINDEX SCHEMA " + layout.schema());
      measure(layout, "packed");
    }
    report();
  }

  private void say(String line) {
    out.println(line);
  }

  private void enter(StorageLayout layout) throws SQLException {
    sql.execute("SET search_path = " + layout.schema() + ", public");
  }

  /** Computing a message costs more than writing it. */
  private void prepare() throws SQLException {
    sql.execute("CREATE UNLOGGED TABLE prepared AS " + corpus.select(0, -1));
    Progress progress = new Progress(out, "preparing", corpus.size());
    for (int from = 0; from < corpus.size(); from += PREPARED) {
      int to = Math.min(corpus.size(), from + PREPARED);
      sql.execute("INSERT INTO prepared " + corpus.select(from, to - 1));
      progress.at(to);
    }
    if ("v7".equals(System.getProperty("uuids"))) {
      sql.execute("UPDATE prepared SET message_uuid = " + V7);
      sql.execute("VACUUM FULL prepared");
    }
    sql.execute("ALTER TABLE prepared ADD PRIMARY KEY (position)");
    sql.execute("VACUUM (ANALYZE) prepared");
  }

  private void write() throws IOException, SQLException {
    Progress progress = new Progress(out, "writing", corpus.size());
    for (int from = 0; from < corpus.size(); from += BATCH) {
      int to = Math.min(corpus.size(), from + BATCH);
      for (int turn = 0; turn < layouts.size(); turn++) {
        StorageLayout layout = layouts.get((from / BATCH + turn) % layouts.size());
        enter(layout);
        write(layout, from, to - 1);
        String behind = layout.background(from, to);
        if (behind != null) {
          long start = processor();
          sql.execute(behind);
          costs.get(layout).behind += processor() - start;
          sql.execute("VACUUM posting_batch");
        }
      }
      progress.at(to);
      if (growth != null && to % (corpus.size() / GROWTH_STEPS) == 0) {
        grown(growth, to);
      }
    }
  }

  /** What the layouts take after so many messages, as lines of a file. */
  private void grown(Path file, int messages) throws IOException, SQLException {
    Instant week =
        corpus.start().plusSeconds(Corpus.DAYS * 86_400L * messages / corpus.size() - 7 * 86_400);
    for (StorageLayout layout : layouts) {
      enter(layout);
      if (hypertable) {
        sql.execute(
            "SELECT count(public.compress_chunk(c, if_not_compressed => true)) FROM public.show_chunks('message_exchange', older_than => timestamptz '"
                + week
                + "') AS c");
      }
      measure(layout, "growing");
      Files.writeString(
          file,
          "%s,%s,%d,%d,%d%n"
              .formatted(
                  layout.code(),
                  hypertable ? "TimescaleDB" : "PostgreSQL",
                  corpus.size(),
                  messages,
                  total(layout, "growing")),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  private void write(StorageLayout layout, int from, int to) throws IOException, SQLException {
    CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
    Map<String, byte[]> encoded = new LinkedHashMap<>();
    for (Feed feed : layout.feeds()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      copy.copyOut("COPY (" + feed.of(from, to) + ") TO STDOUT (FORMAT binary)", bytes);
      encoded.put(feed.table(), bytes.toByteArray());
    }
    Cost cost = costs.get(layout);
    long log = log();
    connection.setAutoCommit(false);
    long processor = processor();
    long start = System.nanoTime();
    for (Map.Entry<String, byte[]> table : encoded.entrySet()) {
      var in = copy.copyIn("COPY " + table.getKey() + " FROM STDIN (FORMAT binary)");
      in.writeToCopy(table.getValue(), 0, table.getValue().length);
      in.endCopy();
    }
    connection.commit();
    cost.nanos += System.nanoTime() - start;
    cost.processor += processor() - processor;
    connection.setAutoCommit(true);
    cost.log += log() - log;
  }

  /** Of the whole server: others' work is in it, for all layouts alike. */
  private long log() throws SQLException {
    return sql.number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
  }

  /** Nanoseconds that the session has had of a processor; time where that is not known. */
  private long processor() throws IOException {
    if (schedule == null || !Files.isReadable(schedule)) {
      return System.nanoTime();
    }
    String text = Files.readString(schedule);
    return Long.parseLong(text.substring(0, text.indexOf(' ')));
  }

  private void phase(String phase, int samples) throws SQLException {
    sql.execute("VACUUM (ANALYZE)");
    sql.checkpoint();
    for (StorageLayout layout : layouts) {
      enter(layout);
      measure(layout, phase);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    Instant old = corpus.end().minus(Duration.ofDays(200));
    ask(phase, samples, "uuid", layout -> find(layout, known(random), 1));
    ask(
        phase,
        samples,
        "unknown uuid",
        layout -> find(layout, new UUID(random.nextLong(), random.nextLong()), 0));
    pages(phase, samples, "subject with 1 message", Field.SUBJECT, Corpus.RARE, null);
    pages(phase, samples, "subject with 0.1 %", Field.SUBJECT, Corpus.MIDDLING, null);
    pages(phase, samples, "subject with 20 %", Field.SUBJECT, Corpus.HOT, null);
    pages(phase, samples, "subject with 0.1 %, 200 days ago", Field.SUBJECT, Corpus.MIDDLING, old);
    pages(phase, samples, "subject with 20 %, 200 days ago", Field.SUBJECT, Corpus.HOT, old);
    pages(phase, samples, "newest of all", Field.ALL, "", null);
    pages(phase, samples, "topic with 10 %", Field.TOPIC, Corpus.TOPIC, null);
    pages(phase, samples, "topic with 0.1 %", Field.TOPIC, Corpus.RARE_TOPIC, null);
    ask(
        phase,
        samples,
        "type with 20 %, a week",
        layout -> {
          Instant since = corpus.start().plus(Duration.ofDays(random.nextInt(350)));
          int type = random.nextInt(Corpus.TYPES);
          Ask ask =
              new Ask(Field.TYPE, "type-" + type, since, since.plus(Duration.ofDays(7)), LIMIT);
          return page(layout, ask);
        });
  }

  /** Asks a layout, and answers how many messages there must be and were. */
  private interface Asking {
    Answer of(StorageLayout layout) throws SQLException;
  }

  private record Answer(int found, int expected) {}

  private UUID known(SplittableRandom random) throws SQLException {
    return UUID.fromString(
        String.valueOf(
            sql.text(
                "SELECT message_uuid FROM prepared WHERE position = "
                    + random.nextInt(corpus.size()))));
  }

  private Answer find(StorageLayout layout, UUID uuid, int expected) throws SQLException {
    return new Answer(layout.find(connection, uuid), expected);
  }

  private Answer page(StorageLayout layout, Ask ask) throws SQLException {
    return new Answer(layout.page(connection, ask), expected(ask));
  }

  private int expected(Ask ask) {
    int from = ask.since() == null ? 0 : corpus.firstFrom(ask.since());
    int to = ask.until() == null ? corpus.size() : corpus.firstFrom(ask.until());
    return Corpus.count(
        from,
        to,
        switch (ask.term()) {
          case "" -> number -> true;
          case Corpus.RARE -> corpus::rare;
          case Corpus.MIDDLING -> corpus::middling;
          case Corpus.HOT -> corpus::hot;
          case Corpus.TOPIC -> corpus::topic;
          case Corpus.RARE_TOPIC -> corpus::rareTopic;
          default -> number -> ask.term().equals("type-" + corpus.type(number));
        },
        ask.limit());
  }

  private void pages(
      String phase, int samples, String name, Field field, String term, @Nullable Instant until)
      throws SQLException {
    Ask ask = new Ask(field, term, null, until, LIMIT);
    int expected = expected(ask);
    ask(phase, samples, name, layout -> new Answer(layout.page(connection, ask), expected));
  }

  private void ask(String phase, int samples, String name, Asking asking) throws SQLException {
    Map<StorageLayout, List<Long>> nanos = new LinkedHashMap<>();
    Map<StorageLayout, Long> spent = new LinkedHashMap<>();
    for (int i = -WARM_UP; i < samples; i++) {
      for (int turn = 0; turn < layouts.size(); turn++) {
        StorageLayout layout = layouts.get(Math.floorMod(i + turn, layouts.size()));
        if (spent.getOrDefault(layout, 0L) > LONGEST_NANOS) {
          continue;
        }
        enter(layout);
        long start = System.nanoTime();
        Answer answer = asking.of(layout);
        long took = System.nanoTime() - start;
        if (answer.found() != answer.expected()) {
          throw new IllegalStateException(
              "%s, %s, %s: %d messages instead of %d"
                  .formatted(phase, layout.title(), name, answer.found(), answer.expected()));
        }
        if (i >= 0) {
          nanos.computeIfAbsent(layout, key -> new ArrayList<>()).add(took);
          spent.merge(layout, took, Long::sum);
        }
      }
    }
    Map<StorageLayout, Latency> row =
        latencies
            .computeIfAbsent(phase, key -> new LinkedHashMap<>())
            .computeIfAbsent(name, key -> new LinkedHashMap<>());
    nanos.forEach(
        (layout, each) ->
            row.put(layout, Latency.of(each.stream().mapToLong(Long::longValue).toArray())));
    say(phase + ", " + name + ": " + row.values());
  }

  private void measure(StorageLayout layout, String phase) throws SQLException {
    Map<String, Long> tables = new LinkedHashMap<>();
    String size =
        hypertable
            ? "coalesce(public.hypertable_size(oid), pg_total_relation_size(oid))"
            : "pg_total_relation_size(oid)";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SIZES.formatted(size))) {
      while (rows.next()) {
        tables.put(rows.getString(1), rows.getLong(2));
      }
    }
    sizes.computeIfAbsent(layout, key -> new LinkedHashMap<>()).put(phase, tables);
    say(layout.title() + ", " + phase + ": " + tables);
  }

  private long total(StorageLayout layout, String phase) {
    return sizes.get(layout).get(phase).values().stream().mapToLong(Long::longValue).sum();
  }

  private long bytes(StorageLayout layout, String phase) {
    return total(layout, phase) / corpus.size();
  }

  private void report() throws SQLException {
    say("");
    say(
        sql.describe()
            + String.format(
                Locale.ROOT,
                "; %,d messages over a year, chunks of %s, uuids %s",
                corpus.size(),
                StorageLayout.CHUNK,
                System.getProperty("uuids", "random")));
    say("");
    line("", layout -> layout.code() + ": " + layout.title());
    say("|---|" + "--:|".repeat(layouts.size()));
    line("bytes a message, fresh", layout -> number(bytes(layout, "fresh")));
    line("the same, what is old compressed or merged", layout -> number(bytes(layout, "aged")));
    line("the same, indexes written anew", layout -> number(bytes(layout, "packed")));
    for (String table : tables()) {
      line(
          "of these, " + table,
          layout ->
              number(sizes.get(layout).get("packed").getOrDefault(table, 0L) / corpus.size()));
    }
    Cost today = costs.get(layouts.get(0));
    line(
        "COPY, us a message; of the first",
        layout ->
            ratio(
                costs.get(layout).nanos / 1e3 / corpus.size(), today.nanos / 1e3 / corpus.size()));
    line(
        "processor of the database, us; of the first",
        layout ->
            ratio(
                costs.get(layout).processor / 1e3 / corpus.size(),
                today.processor / 1e3 / corpus.size()));
    line(
        "the same with what is done behind",
        layout ->
            ratio(
                (costs.get(layout).processor + costs.get(layout).behind) / 1e3 / corpus.size(),
                (today.processor + today.behind) / 1e3 / corpus.size()));
    line(
        "WAL, bytes; of the first",
        layout ->
            ratio(
                costs.get(layout).log / (double) corpus.size(),
                today.log / (double) corpus.size()));
    latencies.forEach(
        (phase, questions) ->
            questions.forEach(
                (question, row) ->
                    line(
                        phase + ": " + question + ", ms; of the first",
                        layout ->
                            ratio(row.get(layout).median(), row.get(layouts.get(0)).median()))));
  }

  private List<String> tables() {
    return sizes.values().stream()
        .flatMap(phases -> phases.get("packed").keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private void line(String title, Function<StorageLayout, String> cell) {
    say("| " + title + " | " + String.join(" | ", layouts.stream().map(cell).toList()) + " |");
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String ratio(double value, double first) {
    return String.format(Locale.ROOT, "%.1f; %.2f", value, value / first);
  }
}
