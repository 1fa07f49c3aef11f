package io.messagelogger.bench;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.Name;
import io.messagelogger.message.Message;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.finding.Counting;
import io.messagelogger.store.finding.Counts;
import io.messagelogger.store.finding.Facts;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.finding.Order;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.rollup.Marks;
import io.messagelogger.store.rollup.Term;
import io.messagelogger.store.schema.Schema;
import io.messagelogger.store.upkeep.Refresh;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Incoming;
import io.messagelogger.testing.Transactions;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How long questions about a year of messages take whose hours are counted, how fast hours are
 * counted, and what marking hours adds to a batch. {@code -Dmessages=}, {@code -Drounds=}; {@code
 * -Ddatabase=} names one that exists and is kept: filled, and counted, when that has not been done.
 */
public final class Statistics {
  private static final String FILL =
      """
      INSERT INTO message_exchange
      SELECT gen_random_uuid(), at, at + random() * random() * interval '10 s', '{"order": {"state": "paid", "amount": 12.5}}',
             'service-' || floor(200 * power(random(), 2)), ARRAY['service-' || floor(200 * power(random(), 2))],
             'topic-' || floor(40 * random()), 'type-' || floor(15 * random()), '{"priority": "high"}'
        FROM (SELECT now() - (%1$d + n) / %2$d.0 * interval '365 days' AS at FROM generate_series(1, %3$d) AS n) AS times
      """;

  private static final List<String> KEYS =
      List.of(
          "INSERT INTO message_key SELECT message_uuid, origin_ts, source_subject_id, topic, message_type FROM message_exchange",
          "INSERT INTO message_destination SELECT destination_subject_ids[1], origin_ts, message_uuid FROM message_exchange",
          "UPDATE message_rollup_state SET not_before = now()",
          "ANALYZE");

  private static final int BATCH = 1_000;

  private Statistics() {}

  /** Measures, and prints a table. */
  public static void main(String[] arguments) throws Exception {
    int messages = Integer.getInteger("messages", 1_000_000);
    int rounds = Integer.getInteger("rounds", 21);
    try (BenchServices services = BenchServices.start(false);
        Pool pool = new Pool(source(services, database(services)))) {
      Transactions transactions = new Transactions(pool.source());
      Connections connections = new Connections(transactions);
      Database database = new Database(connections);
      new Schema(connections, database, Settings.from(setting -> null)).prepare();
      if (empty(transactions)) {
        fill(transactions, messages);
      }
      say("%,d messages over a year, %s", messages, database.layout());
      Facts facts = new Facts(database);
      refresh(new Refresh(database, facts));
      ask(database, new Counting(database, facts), rounds);
      mark(transactions, new BatchWriter(database), rounds);
    }
  }

  private static String database(BenchServices services) throws SQLException {
    String kept = System.getProperty("database", "");
    return kept.isEmpty() ? services.createDatabase("statistics") : kept;
  }

  private static boolean empty(Transactions source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return new Sql(connection)
              .number("SELECT count(*) FROM (SELECT FROM message_key LIMIT 1) AS one")
          == 0;
    }
  }

  private static PGSimpleDataSource source(BenchServices services, String database) {
    Settings settings = Settings.from(services.environment(database)::get);
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {settings.text(Setting.DB_HOST)});
    source.setPortNumbers(new int[] {settings.count(Setting.DB_PORT)});
    source.setDatabaseName(settings.text(Setting.DB_NAME));
    source.setUser(settings.text(Setting.DB_USER));
    source.setPassword(settings.text(Setting.DB_PASSWORD));
    return source;
  }

  private static void fill(Transactions source, int messages) throws SQLException {
    try (Connection connection = source.getConnection()) {
      Sql sql = new Sql(connection);
      for (int done = 0; done < messages; done += 100_000) {
        sql.execute(FILL.formatted(done, messages, Math.min(100_000, messages - done)));
      }
      for (String statement : KEYS) {
        sql.execute(statement);
      }
    }
  }

  private static void refresh(Refresh refresh) {
    long began = System.nanoTime();
    long counted = 0;
    long longest = 0;
    for (int idle = 0; idle < 3; ) {
      long start = System.nanoTime();
      Refresh.Step step = refresh.step();
      longest = Math.max(longest, System.nanoTime() - start);
      counted += step.messages();
      idle = step.more() ? 0 : idle + 1;
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    say(
        "counted %,d in %.1f s, %,.0f a second; the longest step took %.2f s",
        counted, seconds, counted / seconds, longest / 1e9);
  }

  private static void ask(Database database, Counting counting, int rounds) throws Exception {
    say(
        "%n| question | median ms | least | most | processor ms here | estimated |%n|---|--:|--:|--:|--:|---|");
    for (Kind by : Kind.values()) {
      Kind grouped = by == Kind.TOTAL ? null : by;
      String words = grouped == null ? "" : "&by=" + by.word() + "&top=10";
      time(
          "/stats?bucket=1d" + words,
          rounds,
          () -> stats(counting, "", grouped, 86_400).estimated());
      time("/stats?" + words, rounds, () -> stats(counting, "", grouped, 0).estimated());
    }
    String topic = "topic=topic-7";
    time(
        "/stats?bucket=1d&" + topic,
        rounds,
        () -> stats(counting, topic, null, 86_400).estimated());
    String sender = "source=service-3";
    time(
        "/stats?bucket=1d&by=destination&" + sender,
        rounds,
        () -> stats(counting, sender, Kind.DESTINATION, 86_400).estimated());
    time(
        "/graph?top=100",
        rounds,
        () -> {
          Counts counts = counting.count(Filter.ALL, Scope.ALL, Instant.MIN, Kind.PAIR);
          counts.groups(Kind.PAIR, 100, pair -> pair.second() != null);
          return counts.estimated();
        });
    MessageFinder finder = new MessageFinder(database);
    time(
        "/conversations/service-3/service-5?limit=100",
        rounds,
        () -> {
          finder.search(
              conversation("service-3", "service-5"), Scope.ALL, Order.OLDEST, null, false, 100);
          return false;
        });
  }

  /** As the API asks it. */
  private static Filter conversation(String one, String other) {
    return Filter.of(
        new Criterion.AnyOf(List.of(sent(one, other), sent(other, one))),
        new Criterion.Named(Field.SUBJECT, false, List.of(Name.exactly(one))),
        new Criterion.Named(Field.SUBJECT, false, List.of(Name.exactly(other))));
  }

  private static List<Criterion> sent(String from, String to) {
    return List.of(
        new Criterion.Named(Field.SOURCE, false, List.of(Name.exactly(from))),
        new Criterion.Named(Field.DESTINATION, false, List.of(Name.exactly(to))));
  }

  private static Counts stats(
      Counting counting, String query, @Nullable Kind by, long bucketSeconds) {
    Instant older = Instant.now().minus(Duration.ofMinutes(5));
    Counts counts = counting.count(Filter.parse(query), Scope.ALL, older, by);
    List<Term> terms =
        by == null
            ? List.of()
            : counts.groups(by, 10, term -> true).shown().stream().map(g -> g.term()).toList();
    if (bucketSeconds > 0) {
      counts.buckets(bucketSeconds, by, terms).values().forEach(b -> b.summary().ackTimes());
    }
    return counts;
  }

  private static void time(String question, int rounds, Callable<Boolean> ask) throws Exception {
    double[] times = new double[rounds];
    boolean estimated = false;
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = 0;
    for (int i = -3; i < rounds; i++) {
      if (i == 0) {
        before = threads.getCurrentThreadCpuTime();
      }
      long start = System.nanoTime();
      estimated = ask.call();
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    double processor = (threads.getCurrentThreadCpuTime() - before) / 1e6 / rounds;
    Arrays.sort(times);
    say(
        "| `%s` | %.1f | %.1f | %.1f | %.1f | %s |",
        question,
        times[rounds / 2],
        times[0],
        times[rounds - 1],
        processor,
        estimated ? "yes" : "no");
  }

  /** A batch whose messages are of as many hours, which is the most that one can mark. */
  private static void mark(Transactions transactions, BatchWriter writer, int rounds)
      throws SQLException {
    double[] batches = new double[rounds];
    double[] marks = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      List<Incoming> batch = new ArrayList<>();
      List<Instant> hours = new ArrayList<>();
      Instant now = Instant.now();
      for (int m = 0; m < BATCH; m++) {
        hours.add(now.minus(Duration.ofHours(m + 1L)));
        batch.add(
            new Incoming(
                m,
                new byte[] {'{', '}'},
                new Message(
                    UUID.randomUUID(), now, null, "{}", "s", List.of("d"), "t", "y", null)));
      }
      long start = System.nanoTime();
      transactions.run(() -> writer.write("bench", batch, List.of()));
      batches[i] = (System.nanoTime() - start) / 1e6;
      marks[i] = transactions.run(() -> marked(transactions, hours)) / 1e6;
    }
    Arrays.sort(batches);
    Arrays.sort(marks);
    say(
        "%na batch of %,d fresh messages %.1f ms, without a mark; marking %,d hours %.2f ms (medians)",
        BATCH, batches[rounds / 2], BATCH, marks[rounds / 2]);
  }

  private static long marked(Transactions transactions, List<Instant> hours) throws SQLException {
    try (Connection connection = transactions.getConnection()) {
      new Sql(connection).execute("SELECT 1"); // begins the transaction
      long start = System.nanoTime();
      Marks.mark(connection, hours, Instant.now());
      return System.nanoTime() - start;
    }
  }

  private static void say(String text, Object... values) {
    PrintStream out = System.out;
    out.println(String.format(Locale.ROOT, text, values));
  }
}
