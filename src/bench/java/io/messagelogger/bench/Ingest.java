package io.messagelogger.bench;

import io.messagelogger.message.Message;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how fast a full queue is stored, against what the database can do and what consumers
 * usually do: every contender has a database of its own, they take turns, and every round has new
 * messages. Then the latencies of a steady stream, and the memory that a backlog takes. Prints
 * Markdown. A count that is wrong ends it with status 1.
 *
 * <p>System properties: {@code messages} (a round, 100000), {@code rounds} (5; 0 leaves them out),
 * {@code warmup} (messages, 200000), {@code rate} and {@code seconds} of the stream (1000, 60; 0
 * leaves it out), {@code backlog} (messages, 1000000; 0 leaves it out), {@code only} (contenders,
 * as in ceiling,w2; all but unlogged and uncounted), {@code baseline} (the folder of the Liberty of
 * another build, which takes its turns as "before"; none), {@code age} (of the messages, in
 * minutes, 10). {@link BenchServices} says which Redis and database server it works with. Used by
 * one thread.
 */
public final class Ingest {
  private final PrintStream out;
  private final BenchServices services;
  private final int messages = Integer.getInteger("messages", 100_000);
  private final int rounds = Integer.getInteger("rounds", 5);
  private final int warmup = Integer.getInteger("warmup", 200_000);
  private final List<String> only = List.of(System.getProperty("only", "").split(","));
  private final Traffic traffic = new Traffic(1);
  private final Map<Contender, Standing> standings = new LinkedHashMap<>();

  private Ingest(PrintStream out, BenchServices services) {
    this.out = out;
    this.services = services;
  }

  /** Runs the benchmark with the system properties and the environment. */
  public static void main(String[] arguments)
      throws IOException, SQLException, InterruptedException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    try (BenchServices services = BenchServices.start(true)) {
      Ingest ingest = new Ingest(out, services);
      if (ingest.rounds > 0) {
        ingest.compete();
      }
      ingest.stream();
      ingest.backlog();
    }
  }

  private void compete() throws IOException, SQLException {
    try {
      enter("ceiling", name -> new CopyCeiling(services, schema(name)));
      enter("batch", name -> new JdbcBatch(services, schema(name)));
      enter("one", name -> new OneAtATime(services, schema(name)));
      for (int writers : new int[] {1, 2, 4}) {
        String title =
            writers == 1 ? "the service, 1 writer" : "the service, " + writers + " writers";
        enter(
            "w" + writers,
            name -> service(name, title, Map.of("WRITERS", Integer.toString(writers))));
      }
      enter("default", name -> service(name, "the service, as it comes", Map.of()));
      if (only.contains("unlogged")) {
        enter("unlogged", this::unlogged);
      }
      if (only.contains("uncounted")) {
        enter("uncounted", this::uncounted);
      }
      String baseline = System.getProperty("baseline", "");
      if (!baseline.isEmpty()) {
        enter("before", name -> before(name, Path.of(baseline).toAbsolutePath()));
      }
      if (standings.isEmpty()) {
        throw new IllegalArgumentException("nobody competes of " + only);
      }
      for (Contender contender : standings.keySet()) {
        run(contender, warmup);
      }
      for (int round = 1; round <= rounds; round++) {
        round(round);
      }
      out.println();
      print();
    } finally {
      for (Contender contender : standings.keySet()) {
        contender.close();
      }
    }
  }

  /** Everybody takes a turn at every place: who comes after whom may matter. */
  private void round(int round) throws IOException, SQLException {
    List<Contender> turns = new ArrayList<>(standings.keySet());
    Collections.rotate(turns, round - 1);
    Map<Contender, Measured> results = new LinkedHashMap<>();
    double ceiling = Double.NaN;
    for (Contender contender : turns) {
      Measured measured = run(contender, messages);
      results.put(contender, measured);
      ceiling = contender instanceof CopyCeiling ? measured.rate() : ceiling;
      out.println(
          String.format(
              Locale.ROOT,
              "round %d of %d, %s: %,.0f messages/s",
              round,
              rounds,
              contender.name(),
              measured.rate()));
    }
    for (Map.Entry<Contender, Measured> entry : results.entrySet()) {
      Measured measured = entry.getValue();
      standings
          .get(entry.getKey())
          .add(measured.rate(), ceiling, messages, measured.before(), measured.after());
    }
  }

  private record Measured(double rate, Processes.Cpu before, Processes.Cpu after) {}

  private Measured run(Contender contender, int count) throws IOException, SQLException {
    contender.wake();
    try {
      return runAwake(contender, count);
    } finally {
      contender.rest();
    }
  }

  private Measured runAwake(Contender contender, int count) throws IOException, SQLException {
    List<Message> some = traffic.next(count);
    try (Connection connection = services.connect(contender.database());
        BenchQueue queue = services.queue()) {
      Sql sql = new Sql(connection);
      contender.prepare(some);
      sql.checkpoint(); // nobody pays for what another has written
      long had = sql.number("SELECT count(*) FROM message_key");
      long linked = sql.number("SELECT count(*) FROM message_destination");
      Processes processes = Processes.find(services, connection, queue);
      Processes.Cpu before = processes.cpu(contender.process());
      long start = System.nanoTime();
      contender.store();
      double seconds = (System.nanoTime() - start) / 1e9;
      Processes.Cpu after = processes.cpu(contender.process());
      check(contender, sql, had, count);
      linked = sql.number("SELECT count(*) FROM message_destination") - linked;
      if (linked != some.stream().mapToLong(Ingest::recipients).sum()) {
        throw new IllegalStateException(contender.name() + ": " + linked + " recipients");
      }
      return new Measured(count / seconds, before, after);
    }
  }

  private static long recipients(Message message) {
    List<String> all = message.destinationSubjectIds();
    return all == null ? 0 : all.stream().distinct().count();
  }

  private static void check(Contender contender, Sql sql, long had, int count) throws SQLException {
    for (String table : new String[] {"message_key", "message_exchange"}) {
      long stored = sql.number("SELECT count(*) FROM " + table) - had;
      if (stored != count) {
        throw new IllegalStateException(
            "%s: %d rows in %s of %d messages".formatted(contender.name(), stored, table, count));
      }
    }
  }

  private void print() throws IOException, SQLException {
    Contender first = standings.keySet().iterator().next();
    try (Connection connection = services.connect(first.database());
        BenchQueue queue = services.queue()) {
      Sql sql = new Sql(connection);
      out.println(
          sql.describe()
              + ", %s".formatted(queue.describe())
              + ", synchronous_commit %s; %,d messages a round, %d rounds"
                  .formatted(sql.text("SHOW synchronous_commit"), messages, rounds));
    }
    out.println("");
    out.println(Standing.HEADER);
    for (Map.Entry<Contender, Standing> entry : standings.entrySet()) {
      String memory = "–";
      String pauses = "–";
      if (entry.getKey() instanceof Service service) {
        memory = Processes.megabytes(service.process(), true).map(m -> m + " MB").orElse(memory);
        pauses = Pauses.of(service.server().pauses()).toString();
      }
      out.println(entry.getValue().row(entry.getKey().name(), memory, pauses));
    }
    out.println("");
  }

  private void stream() throws IOException, SQLException, InterruptedException {
    int seconds = Integer.getInteger("seconds", 60);
    if (seconds > 0) {
      Service service = service("stream", "stream", Map.of());
      try (service) {
        out.println(
            new Stream(out, service, Integer.getInteger("rate", 1000), seconds, traffic).run());
      }
      services.dropDatabase(service.database());
    }
  }

  private void backlog() throws IOException, SQLException {
    int size = Integer.getInteger("backlog", 1_000_000);
    if (size > 0) {
      Service service = service("backlog", "backlog", Map.of());
      try (service;
          Connection connection = services.connect(service.database())) {
        out.println(new Backlog(out, service, size, traffic).run());
        check(service, new Sql(connection), 0, size);
      }
      services.dropDatabase(service.database());
    }
  }

  /** Makes a contender. */
  @FunctionalInterface
  private interface Entry {
    Contender of(String name) throws IOException, SQLException;
  }

  private void enter(String name, Entry entry) throws IOException, SQLException {
    if (only.contains("") || only.contains(name)) {
      Contender contender = entry.of(name);
      standings.put(contender, new Standing());
      contender.rest();
      out.println("ready: " + contender.name());
    }
  }

  /**
   * The service without its log of commits: the database takes no notice of the statement. What is
   * left of it is a round trip a batch.
   */
  private Service unlogged(String name) throws IOException, SQLException {
    Service service = service(name, "the service, without the log", Map.of());
    try (Connection connection = services.connect(service.database())) {
      new Sql(connection)
          .execute("CREATE RULE unlogged AS ON INSERT TO message_log DO INSTEAD NOTHING");
    }
    return service;
  }

  /**
   * The service without its background counting: the turn to count, which one server has at a time,
   * is taken by nobody who counts. What is marked for counting still is. Messages are counted at
   * once, and again, when they are of an hour that ended 15 minutes ago: -Dage=120.
   */
  private Service uncounted(String name) throws IOException, SQLException {
    Service service = service(name, "the service, nothing counted", Map.of());
    Connection counting = services.connect(service.database());
    services.stopAtTheEnd(() -> close(counting));
    new Sql(counting)
        .number("SELECT 1 FROM pg_advisory_lock(7307199650931130)"); // store.upkeep.Refresh
    return service;
  }

  private static void close(Connection connection) throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private Service service(String database, String name, Map<String, String> settings)
      throws IOException, SQLException {
    return new Service(services, services.createDatabase(database), name, settings);
  }

  private Service before(String name, Path home) throws IOException, SQLException {
    return new Service(
        services, services.createDatabase(name), "the service before", Map.of(), home);
  }

  /** A database with the schema, which a server has made and left. */
  private String schema(String name) throws IOException, SQLException {
    String database = services.createDatabase(name);
    try (BenchServer server = BenchServer.start(services, database)) {
      out.println("schema of " + name + ", made at " + server.address());
    }
    return database;
  }
}
