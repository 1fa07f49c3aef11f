package io.messagelogger.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what the number of stored messages does to answers and to the disk: loads databases of
 * several sizes with a year of messages each, asks the real server over HTTP, and prints Markdown.
 * With TimescaleDB under its community licence it does so before and after compression. An answer
 * that is not what it must be ends it with status 1.
 *
 * <p>Beside another build, both have a database with the same messages on the same database server,
 * and are asked by turns.
 *
 * <p>System properties: {@code sizes} (100000,1000000,10000000), {@code samples} (requests a
 * question, 300), {@code baseline} (none: the folder of the Liberty of another build, whose tables
 * have the columns of this one's), {@code layouts} (compares layouts of the tables instead, see
 * {@link Layouts}), {@code keep} (whether the databases stay on a server that is given, false).
 * {@link BenchServices} says which Redis and database server it works with. Used by one thread.
 */
public final class Storage {
  private static final String UNCOMPRESSED = "uncompressed";
  private static final String COMPRESSED = "compressed after 7 days";

  /** Requests before it is the other build's turn. */
  private static final int TURN = 20;

  private final PrintStream out;
  private final BenchServices services;
  private final int samples;
  private final boolean keep;
  private final List<Build> builds = new ArrayList<>();
  private String machine = "";

  /**
   * One that is measured.
   *
   * @param home the folder of its Liberty
   */
  private record Build(String name, Path home, Report report) {
    Build(String name, Path home) {
      this(name, home, new Report());
    }
  }

  /** A build with its database. */
  private static final class Side implements Closeable {
    final Build build;
    final BenchServer server;
    final Connection connection;
    final Asker asker;
    final List<Question> questions;

    Side(Build build, BenchServer server, Connection connection, Corpus corpus) {
      this.build = build;
      this.server = server;
      this.connection = connection;
      this.asker = new Asker(server.address());
      this.questions = new Questions(corpus).all();
    }

    @Override
    public void close() throws IOException {
      try (server) {
        connection.close();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }
  }

  private Storage(PrintStream out, BenchServices services, int samples, boolean keep) {
    this.out = out;
    this.services = services;
    this.samples = samples;
    this.keep = keep;
    String baseline = System.getProperty("baseline", "");
    if (!baseline.isEmpty()) {
      builds.add(new Build("before", Path.of(baseline).toAbsolutePath()));
    }
    builds.add(new Build("this", BenchServer.home()));
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
      storage.tell();
    }
  }

  private void tell() {
    out.println();
    out.println(machine);
    Build latest = builds.get(builds.size() - 1);
    out.println(latest.report);
    for (Build build : builds.subList(0, builds.size() - 1)) {
      out.println();
      out.println("The build before:");
      out.println(build.report);
      out.println(latest.report.beside(build.report));
    }
  }

  private void run(int size) throws IOException, SQLException, InterruptedException {
    out.println(String.format(Locale.ROOT, "%,d messages", size));
    Corpus corpus = Corpus.untilNow(size);
    Deque<Side> sides = new ArrayDeque<>();
    List<String> databases = new ArrayList<>();
    try {
      for (Build build : builds) {
        String database = services.createDatabase(build.name + "_" + size);
        databases.add(database);
        BenchServer server = BenchServer.start(services, database, Map.of(), build.home);
        sides.add(new Side(build, server, services.connect(database), corpus));
      }
      measure(List.copyOf(sides), corpus);
    } finally {
      while (!sides.isEmpty()) {
        sides.removeLast().close();
      }
      for (String database : databases) {
        if (keep) {
          services.keepDatabase(database);
        } else {
          services.dropDatabase(database);
        }
      }
    }
  }

  private void measure(List<Side> sides, Corpus corpus)
      throws IOException, SQLException, InterruptedException {
    for (Side side : sides) {
      machine = new Sql(side.connection).describe();
      new Load(out, side.connection, corpus).run();
    }
    ask(sides, corpus, UNCOMPRESSED);
    if (Compression.possible(new Sql(sides.get(0).connection))) {
      for (Side side : sides) {
        Compression.run(out, side.connection);
      }
      ask(sides, corpus, COMPRESSED);
    }
  }

  private void ask(List<Side> sides, Corpus corpus, String phase)
      throws IOException, SQLException, InterruptedException {
    for (Side side : sides) {
      side.build.report.add(phase, corpus.size(), DiskSizes.of(side.connection));
      for (Question question : side.questions) {
        side.asker.warmUp(question); // no question pays for what the server compiles for all
      }
    }
    for (int number = 0; number < sides.get(0).questions.size(); number++) {
      ask(sides, number, corpus, phase);
    }
  }

  private void ask(List<Side> sides, int number, Corpus corpus, String phase)
      throws IOException, InterruptedException {
    for (Side side : sides) {
      side.asker.warmUp(side.questions.get(number));
    }
    long[][] nanos = new long[sides.size()][samples];
    for (int from = 0; from < samples; from += TURN) {
      int times = Math.min(TURN, samples - from);
      for (int i = 0; i < sides.size(); i++) {
        Side side = sides.get(i);
        long[] some = side.asker.measure(side.questions.get(number), times);
        System.arraycopy(some, 0, nanos[i], from, times);
      }
    }
    for (int i = 0; i < sides.size(); i++) {
      Side side = sides.get(i);
      String name = side.questions.get(number).name();
      Latency latency = Latency.of(nanos[i]);
      side.build.report.add(phase, corpus.size(), name, latency);
      out.println(
          String.format(
              Locale.ROOT,
              "%,d %s, %s, %s: %s ms",
              corpus.size(),
              phase,
              side.build.name,
              name,
              latency));
    }
  }
}
