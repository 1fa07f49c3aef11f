package io.messagelogger.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Compares ways to find the messages of a subject, in SQL alone: what each costs to write, what it
 * takes on the disk, how fast it answers. The contenders take turns, batch by batch and page by
 * page, so that what else the machine does meets all of them.
 *
 * <p>System properties: {@code count} (messages, 1000000), {@code samples} (pages of each kind,
 * 300), {@code keep} (whether the database stays on a server that is given, false). {@link
 * BenchServices} says which database server it works with. Used by one thread.
 */
public final class IndexChoice {
  private static final int BATCH = 1000;
  private static final int LIMIT = 100;
  private static final int WARM_UP = 10;

  /** Of one kind of page; a slow one is asked less often. */
  private static final long LONGEST_NANOS = 30_000_000_000L;

  /** GIN puts off a part of the work of writing until somebody vacuums. */
  private static final String FINISH =
      """
      SELECT count(gin_clean_pending_list(pg_class.oid::regclass))
        FROM pg_class JOIN pg_am ON pg_am.oid = relam
       WHERE amname = 'gin' AND relkind = 'i' AND relowner = current_user::regrole
      """;

  private final PrintStream out;
  private final Connection connection;
  private final Sql sql;
  private final Corpus corpus;
  private final Map<Structure, Long> writing = new EnumMap<>(Structure.class);

  private IndexChoice(PrintStream out, Connection connection, Corpus corpus) {
    this.out = out;
    this.connection = connection;
    this.sql = new Sql(connection);
    this.corpus = corpus;
  }

  /** Runs the comparison with the system properties and the environment. */
  public static void main(String[] arguments) throws IOException, SQLException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    Corpus corpus = Corpus.untilNow(Integer.getInteger("count", 1_000_000));
    try (BenchServices services = BenchServices.start(false)) {
      String database = services.createDatabase("index");
      try (Connection connection = services.connect(database)) {
        new IndexChoice(out, connection, corpus).run(Integer.getInteger("samples", 300));
      } finally {
        if (!Boolean.getBoolean("keep")) {
          services.dropDatabase(database);
        }
      }
    }
  }

  private void run(int samples) throws SQLException {
    boolean hypertable = sql.timescalePreloaded();
    if (hypertable) {
      sql.execute("CREATE EXTENSION IF NOT EXISTS timescaledb");
    }
    out.println(sql.describe());
    sql.execute("SET synchronous_commit = off"); // the disk's pace is the same for all
    prepare();
    for (Structure structure : Structure.values()) {
      for (String statement : structure.tables(hypertable)) {
        sql.execute(statement);
      }
    }
    write();
    sql.execute("VACUUM (ANALYZE)");
    sql.checkpoint();
    reportWriting(hypertable);
    reportPages(samples);
  }

  /** Computing a message costs more than writing it. */
  private void prepare() throws SQLException {
    sql.execute("CREATE UNLOGGED TABLE prepared AS " + corpus.select(0, -1));
    Progress progress = new Progress(out, "preparing", corpus.size());
    for (int from = 0; from < corpus.size(); from += 20 * BATCH) {
      int to = Math.min(corpus.size(), from + 20 * BATCH);
      sql.execute("INSERT INTO prepared " + corpus.select(from, to - 1));
      progress.at(to);
    }
    sql.execute("ALTER TABLE prepared ADD PRIMARY KEY (position)");
    sql.execute("VACUUM (ANALYZE) prepared");
  }

  private void write() throws SQLException {
    Structure[] structures = Structure.values();
    Progress progress = new Progress(out, "writing", corpus.size());
    for (int from = 0; from < corpus.size(); from += BATCH) {
      int to = Math.min(corpus.size(), from + BATCH);
      for (int turn = 0; turn < structures.length; turn++) {
        Structure structure = structures[(from / BATCH + turn) % structures.length];
        writing.merge(structure, write(structure, from, to - 1), Long::sum);
      }
      progress.at(to);
    }
    long start = System.nanoTime();
    sql.number(FINISH);
    writing.merge(Structure.ARRAY, System.nanoTime() - start, Long::sum);
  }

  private long write(Structure structure, int from, int to) throws SQLException {
    long start = System.nanoTime();
    try (PreparedStatement statement = connection.prepareStatement(structure.write())) {
      statement.setLong(1, from);
      statement.setLong(2, to);
      statement.executeUpdate();
    }
    return System.nanoTime() - start;
  }

  private void reportWriting(boolean hypertable) throws SQLException {
    out.println();
    out.println(
        String.format(
            Locale.ROOT,
            "%,d messages in %s, written in batches of %,d:",
            corpus.size(),
            hypertable ? "a hypertable with chunks of a day" : "a plain table",
            BATCH));
    out.println();
    out.println(
        "| Structure | microseconds a message | bytes a message | of these, for the list |");
    out.println("|---|--:|--:|--:|");
    long least = sql.number(Structure.NONE.size(hypertable));
    for (Structure structure : Structure.values()) {
      long size = sql.number(structure.size(hypertable));
      out.println(
          String.format(
              Locale.ROOT,
              "| %s | %.1f | %,d | %,d |",
              structure.title(),
              writing.getOrDefault(structure, 0L) / 1e3 / corpus.size(),
              size / corpus.size(),
              (size - least) / corpus.size()));
    }
  }

  private void reportPages(int samples) throws SQLException {
    List<String> subjects = List.of(Corpus.RARE, Corpus.MIDDLING, Corpus.HOT);
    List<IntPredicate> meant = List.of(corpus::rare, corpus::middling, corpus::hot);
    Map<SubjectPage, StringBuilder> lines = new EnumMap<>(SubjectPage.class);
    for (int i = 0; i < subjects.size(); i++) {
      int messages = Corpus.count(0, corpus.size(), meant.get(i), LIMIT);
      measure(subjects.get(i), messages, samples)
          .forEach(
              (page, latency) ->
                  lines
                      .computeIfAbsent(page, key -> new StringBuilder("| " + key.title() + " |"))
                      .append(" " + latency + " |"));
    }
    out.println();
    out.println("| The newest 100 of a subject, p50 / p99 in ms | 1 message | 0.1 % | 20 % |");
    out.println("|---|--:|--:|--:|");
    lines.values().forEach(out::println);
  }

  private Map<SubjectPage, Latency> measure(String subject, int messages, int samples)
      throws SQLException {
    Map<SubjectPage, long[]> nanos = new EnumMap<>(SubjectPage.class);
    Map<SubjectPage, Latency> latencies = new EnumMap<>(SubjectPage.class);
    for (SubjectPage page : SubjectPage.values()) {
      for (int i = 0; i < WARM_UP; i++) {
        read(page, subject, messages);
      }
      nanos.put(page, new long[0]);
    }
    for (int i = 0; i < samples; i++) {
      for (SubjectPage page : SubjectPage.values()) {
        long[] before = nanos.getOrDefault(page, new long[0]);
        if (Arrays.stream(before).sum() < LONGEST_NANOS) {
          long[] after = Arrays.copyOf(before, before.length + 1);
          after[before.length] = read(page, subject, messages);
          nanos.put(page, after);
        }
      }
    }
    nanos.forEach(
        (page, each) -> {
          latencies.put(page, Latency.of(each));
          out.println(
              String.format(
                  Locale.ROOT,
                  "%s, %s: %s ms, %d samples",
                  page.title(),
                  subject,
                  latencies.get(page),
                  each.length));
        });
    return latencies;
  }

  private long read(SubjectPage page, String subject, int messages) throws SQLException {
    long start = System.nanoTime();
    int found = page.read(connection, subject);
    long nanos = System.nanoTime() - start;
    if (found != messages) {
      throw new IllegalStateException(
          "%s of %s: %d messages instead of %d".formatted(page.title(), subject, found, messages));
    }
    return nanos;
  }
}
