package io.messagelogger.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Measures how fast whole results leave as NDJSON, beside COPY of the same rows, which takes turns
 * with it, and what the server's memory is after results of growing sizes; then how long it takes
 * to find what is related to a message, where a key of its metadata has 40 values. Prints Markdown;
 * a result with the wrong number of messages ends it with status 1.
 *
 * <p>System properties: {@code messages} (1000000), {@code rounds} (3), {@code related} (100
 * questions), {@code compress} (false: whether TimescaleDB compresses what is older than a week),
 * {@code baseline} (none: the Liberty folder of another build with the same schema, which takes its
 * turns on the same database). {@link BenchServices} says which database server it works with. Used
 * by one thread.
 */
public final class Exporting {
  private static final int SMALLEST = 10_000;
  private static final int BUFFER = 1 << 16;

  private final PrintStream out;
  private final Corpus corpus = Corpus.untilNow(Integer.getInteger("messages", 1_000_000));
  private final int rounds = Integer.getInteger("rounds", 3);
  private final int questions = Integer.getInteger("related", 100);

  private Exporting(PrintStream out) {
    this.out = out;
  }

  /** Runs the benchmark with the system properties and the environment. */
  public static void main(String[] arguments) throws IOException, SQLException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    try (BenchServices services = BenchServices.start(true)) {
      new Exporting(out).run(services);
    }
  }

  private void run(BenchServices services) throws IOException, SQLException {
    String database = services.createDatabase("exporting");
    BenchServer server =
        BenchServer.start(
            services, database, Map.of("RELATED_KEYS", "host,hop", "RATE_LIMIT", "off"));
    String baseline = System.getProperty("baseline");
    BenchServer before =
        baseline == null
            ? null
            : BenchServer.start(services, database, Map.of("RATE_LIMIT", "off"), Path.of(baseline));
    try (Connection connection = services.connect(database)) {
      new Load(out, connection, corpus).run();
      if (Boolean.getBoolean("compress") && Compression.possible(new Sql(connection))) {
        Compression.run(out, connection);
      }
      List<String> lines = new ArrayList<>();
      for (int size = SMALLEST; size < corpus.size() * 10L; size *= 10) {
        lines.add(compare(server, before, connection, Math.min(size, corpus.size())));
      }
      out.println();
      out.println(
          "| messages | export, messages/s, median (least to most) | COPY, rows/s | export : COPY,"
              + " of each round | resident after, MB | export : that of the build of before |");
      out.println("|--:|--:|--:|--:|--:|--:|");
      lines.forEach(out::println);
      out.println();
      out.println(related(server));
    }
  }

  private String compare(
      BenchServer server, @Nullable BenchServer before, Connection connection, int size)
      throws IOException, SQLException {
    Instant until = time(size);
    double[] exports = new double[rounds];
    double[] copies = new double[rounds];
    double[] ratios = new double[rounds];
    double[] gains = new double[rounds];
    for (int round = -1; round < rounds; round++) { // the first one only warms up
      double exported = export(server, until, size);
      double copied = copy(connection, until, size);
      double earlier = before == null ? Double.NaN : export(before, until, size);
      out.println(
          String.format(
              Locale.ROOT,
              "%d messages: export %,.0f a second, COPY %,.0f, the build of before %,.0f",
              size,
              exported,
              copied,
              earlier));
      if (round >= 0) {
        exports[round] = exported;
        copies[round] = copied;
        ratios[round] = exported / copied;
        gains[round] = exported / earlier;
      }
    }
    return String.format(
        Locale.ROOT,
        "| %,d | %s | %s | %s | %s | %s |",
        size,
        spread(exports, "%,.0f"),
        spread(copies, "%,.0f"),
        spread(ratios, "%.2f"),
        Processes.megabytes(server.java(), false).map(Object::toString).orElse("–"),
        before == null ? "–" : spread(gains, "%.2f"));
  }

  private static String spread(double[] values, String format) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT,
        format + " (" + format + " to " + format + ")",
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1]);
  }

  /** The time of the first message that is not among so many. */
  private Instant time(int size) {
    if (size == corpus.size()) {
      return corpus.end();
    }
    Instant low = corpus.start();
    Duration span = Duration.between(low, corpus.end());
    Instant guess = low.plus(span.dividedBy(corpus.size()).multipliedBy(size));
    while (corpus.firstFrom(guess) > size) {
      guess = guess.minusMillis(1);
    }
    while (corpus.firstFrom(guess) < size) {
      guess = guess.plusMillis(1);
    }
    return guess;
  }

  private double export(BenchServer server, Instant until, int size) throws IOException {
    URL url = server.address().resolve("/messages?format=ndjson&until=" + until).toURL();
    long start = System.nanoTime();
    long lines = 0;
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = ((HttpURLConnection) url.openConnection()).getInputStream()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        for (int i = 0; i < length; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    return rate(lines, size, start);
  }

  private static double copy(Connection connection, Instant until, int size)
      throws SQLException, IOException {
    long start = System.nanoTime();
    long rows =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (SELECT %s FROM message_exchange WHERE origin_ts < '%s') TO STDOUT"
                    .formatted(Corpus.COLUMNS, until),
                OutputStream.nullOutputStream());
    return rate(rows, size, start);
  }

  private static double rate(long messages, int size, long start) {
    if (messages != size) {
      throw new IllegalStateException(messages + " messages in place of " + size);
    }
    return messages * 1e9 / (System.nanoTime() - start);
  }

  private String related(BenchServer server) throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    double[] millis = new double[questions];
    int bounded = 0;
    for (int i = -10; i < questions; i++) { // the first ten only warm up
      String path = "/messages/" + corpus.uuid(random.nextInt(corpus.size())) + "/related";
      long start = System.nanoTime();
      HttpURLConnection connection =
          (HttpURLConnection) server.address().resolve(path).toURL().openConnection();
      try (InputStream in = connection.getInputStream()) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      if (i >= 0) {
        millis[i] = (System.nanoTime() - start) / 1e6;
        bounded += connection.getHeaderField("Searched-To") == null ? 0 : 1;
      }
    }
    Arrays.sort(millis);
    return String.format(
        Locale.ROOT,
        "related of %,d messages: p50 %.1f ms, p99 %.1f ms, longest %.1f ms; %d of %d did not look at the whole day",
        corpus.size(),
        millis[questions / 2],
        millis[(int) (questions * 0.99)],
        millis[questions - 1],
        bounded,
        questions);
  }
}
