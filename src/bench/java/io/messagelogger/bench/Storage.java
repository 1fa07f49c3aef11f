package io.messagelogger.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures what the number of stored messages does to answers and to the disk: loads databases of
 * several sizes with a year of messages each, asks the real server over HTTP, and prints Markdown.
 * With TimescaleDB under its community licence it does so before and after compression. An answer
 * that is not what it must be ends it with status 1.
 *
 * <p>System properties: {@code sizes} (100000,1000000,10000000), {@code samples} (requests a
 * question, 300), {@code layouts} (compares layouts of the tables instead, see {@link Layouts}),
 * {@code keep} (whether the databases stay on a server that is given, false). {@link BenchServices}
 * says which Redis and database server it works with. Used by one thread.
 */
public final class Storage {
  private static final String UNCOMPRESSED = "uncompressed";
  private static final String COMPRESSED = "compressed after 7 days";

  private final PrintStream out;
  private final BenchServices services;
  private final int samples;
  private final boolean keep;
  private final Report report = new Report();
  private String machine = "";

  private Storage(PrintStream out, BenchServices services, int samples, boolean keep) {
    this.out = out;
    this.services = services;
    this.samples = samples;
    this.keep = keep;
  }

  /** Runs the benchmark with the system properties and the environment. */
  public static void main(String[] arguments)
      throws IOException, SQLException, InterruptedException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    if (System.getProperty("layouts") != null) {
      Layouts.run(out);
      return;
    }
    List<Integer> sizes =
        Arrays.stream(System.getProperty("sizes", "100000,1000000,10000000").split(","))
            .map(size -> Integer.valueOf(size.strip()))
            .sorted()
            .toList();
    try (BenchServices services = BenchServices.start(true)) {
      Storage storage =
          new Storage(
              out, services, Integer.getInteger("samples", 300), Boolean.getBoolean("keep"));
      for (int size : sizes) {
        storage.run(size);
      }
      out.println();
      out.println(storage.machine);
      out.println(storage.report);
    }
  }

  private void run(int size) throws IOException, SQLException, InterruptedException {
    out.println(String.format(Locale.ROOT, "%,d messages", size));
    String database = services.createDatabase(Integer.toString(size));
    try {
      try (BenchServer server = BenchServer.start(services, database);
          Connection connection = services.connect(database)) {
        measure(server, connection, Corpus.untilNow(size));
      }
    } finally {
      if (!keep) {
        services.dropDatabase(database);
      }
    }
  }

  private void measure(BenchServer server, Connection connection, Corpus corpus)
      throws IOException, SQLException, InterruptedException {
    Sql sql = new Sql(connection);
    machine = sql.describe();
    new Load(out, connection, corpus).run();
    ask(server, connection, corpus, UNCOMPRESSED);
    if (Compression.possible(sql)) {
      Compression.run(out, connection);
      ask(server, connection, corpus, COMPRESSED);
    }
  }

  private void ask(BenchServer server, Connection connection, Corpus corpus, String phase)
      throws IOException, SQLException, InterruptedException {
    report.add(phase, corpus.size(), DiskSizes.of(connection));
    Asker asker = new Asker(server.address());
    List<Question> questions = new Questions(corpus).all();
    for (Question question : questions) {
      asker.warmUp(question); // no question pays for what the server compiles for all
    }
    for (Question question : questions) {
      Latency latency = asker.measure(question, samples);
      report.add(phase, corpus.size(), question.name(), latency);
      out.println(
          String.format(
              Locale.ROOT, "%,d %s, %s: %s ms", corpus.size(), phase, question.name(), latency));
    }
  }
}
