package io.messagelogger.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Measures how many questions a second the server answers over several connections that stay open:
 * a message by its uuid and a page of 100, beside a resource of the same server that returns a
 * constant of the same size, and beside another build. Who has no turn rests. Prints Markdown; a
 * wrong answer ends it with status 1.
 *
 * <p>With {@code access}, by UUID alone of a server that asks who one is too.
 *
 * <p>System properties: {@code access} (false), {@code messages} (100000), {@code rounds} (5),
 * {@code seconds} a turn (4), {@code connections} (16), {@code baseline} (the folder of the Liberty
 * of another build, none). {@link BenchServices} says which Redis and database server it works
 * with. Used by one thread.
 */
public final class Asking {
  private static final int PAGE = 100;

  private final PrintStream out;
  private final BenchServices services;
  private final Corpus corpus = Corpus.untilNow(Integer.getInteger("messages", 100_000));
  private final Duration turn = Duration.ofSeconds(Integer.getInteger("seconds", 4));
  private final int connections = Integer.getInteger("connections", 16);
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();

  private Asking(PrintStream out, BenchServices services) {
    this.out = out;
    this.services = services;
  }

  /** Runs the benchmark with the system properties and the environment. */
  public static void main(String[] arguments)
      throws IOException, SQLException, InterruptedException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    try (BenchServices services = BenchServices.start(true)) {
      new Asking(out, services).run(Integer.getInteger("rounds", 5));
    }
  }

  /** Asks one thing of one server. */
  private static final class Contestant {
    private final Pressure pressure;
    private final Supplier<String> paths;
    private final List<Pressure.Result> results = new ArrayList<>();

    Contestant(Pressure pressure, Supplier<String> paths) {
      this.pressure = pressure;
      this.paths = paths;
    }

    double rate() {
      double[] rates = results.stream().mapToDouble(Pressure.Result::rate).sorted().toArray();
      return rates[rates.length / 2];
    }
  }

  private void run(int rounds) throws IOException, SQLException, InterruptedException {
    String database = database("asking");
    BenchServer server = BenchServer.start(services, database, Map.of("RATE_LIMIT", "off"));
    if (Boolean.getBoolean("access")) {
      enterAccess(server, database);
    } else {
      ConstantWar.deploy(server);
      enter("", server);
    }
    String baseline = System.getProperty("baseline", "");
    if (!baseline.isEmpty()) {
      enter(
          " before",
          BenchServer.start(
              services, database("before"), Map.of(), Path.of(baseline).toAbsolutePath()));
    }
    Map<String, Contestant> service =
        new LinkedHashMap<>(Boolean.getBoolean("access") ? Map.of() : contestants);
    Pressure pressure = new Pressure(server.address(), connections);
    for (Map.Entry<String, Contestant> entry : service.entrySet()) {
      Pressure.Result warm = entry.getValue().pressure.run(entry.getValue().paths, turn);
      if (!entry.getKey().endsWith("before")) {
        String path = ConstantWar.PATH + warm.bytes();
        contestants.put(
            entry.getKey() + ", constant of " + warm.bytes() + " bytes",
            new Contestant(pressure, () -> path));
      }
    }
    contestants.put("health", new Contestant(pressure, () -> "/health/live"));
    for (int round = 0; round <= rounds; round++) { // the first one only warms up
      for (Map.Entry<String, Contestant> entry : contestants.entrySet()) {
        Contestant contestant = entry.getValue();
        Pressure.Result result = contestant.pressure.run(contestant.paths, turn);
        if (round > 0) {
          contestant.results.add(result);
        }
        out.println(
            String.format(
                Locale.ROOT,
                "round %d of %d, %s: %,.0f a second, %s ms",
                round,
                rounds,
                entry.getKey(),
                result.rate(),
                result.latency()));
      }
    }
    print();
  }

  private String database(String name) throws IOException, SQLException {
    String database = services.createDatabase(name);
    String baseline = System.getProperty("baseline", "");
    Path home = name.equals("before") ? Path.of(baseline).toAbsolutePath() : BenchServer.home();
    try (BenchServer maker = BenchServer.start(services, database, Map.of(), home);
        Connection connection = services.connect(database)) {
      out.println("schema of " + name + ", made at " + maker.address());
      new Load(out, connection, corpus).run();
    }
    return database;
  }

  /** The same question of a server that asks who one is, by a key and by a token. */
  private void enterAccess(BenchServer open, String database) throws IOException {
    Bearers bearers = new Bearers(); // as long as the process
    BenchServer server = BenchServer.start(services, database, bearers.settings());
    bearers
        .headers()
        .forEach(
            (name, header) ->
                contestants.put(
                    "uuid, " + name,
                    new Contestant(
                        new Pressure(server.address(), connections, header), this::byUuid)));
    contestants.put(
        "uuid, nobody asked who",
        new Contestant(new Pressure(open.address(), connections), this::byUuid));
  }

  private String byUuid() {
    return "/messages/" + corpus.uuid(ThreadLocalRandom.current().nextInt(corpus.size()));
  }

  private void enter(String suffix, BenchServer server) {
    Pressure pressure = new Pressure(server.address(), connections);
    contestants.put(
        "uuid" + suffix,
        new Contestant(
            pressure,
            () -> "/messages/" + corpus.uuid(ThreadLocalRandom.current().nextInt(corpus.size()))));
    contestants.put(
        "page" + suffix,
        new Contestant(pressure, () -> "/messages/subject/" + Corpus.HOT + "?limit=" + PAGE));
    contestants.put(
        "page of the newest" + suffix, new Contestant(pressure, () -> "/messages?limit=" + PAGE));
  }

  private void print() {
    out.println();
    out.println("| | answers/s, median | ms, median / p99 |");
    out.println("|---|---|---|");
    contestants.forEach(
        (name, contestant) ->
            out.println(
                String.format(
                    Locale.ROOT,
                    "| %s | %,.0f | %s |",
                    name,
                    contestant.rate(),
                    contestant.results.get(contestant.results.size() / 2).latency())));
    out.println();
  }
}
