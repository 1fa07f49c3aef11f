package io.messagelogger.bench;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.Name;
import io.messagelogger.filter.Word;
import io.messagelogger.message.Message;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.finding.Facts;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.finding.Terms;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.testing.CitusCluster;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Transactions;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One node against the coordinator of Citus with its workers, on one machine: what a message and a
 * question cost in either. DB_HOST and DB_PORT name the coordinator, whose plain tables stand for
 * one node. {@code -Dmessages} (a round, 20000), {@code -Drounds} (5), {@code -Dbatch} (1000). Used
 * by one thread.
 */
public final class Nodes {
  private static final int WRITERS = 2;
  private static final int SUBJECTS = 5_000;
  private static final String TEXT = "something that an agent has to say ".repeat(8);

  private final PrintStream out;
  private final SplittableRandom random = new SplittableRandom(7);
  private final Instant start =
      Instant.now().minus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MICROS);
  private final List<UUID> known = new ArrayList<>();
  private long made;

  private Nodes(PrintStream out) {
    this.out = out;
  }

  /** Runs the comparison with the system properties and the environment. */
  public static void main(String[] arguments) throws Exception {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    if (CitusCluster.of(Client.dataSource(TestServices.settings())).isEmpty()) {
      throw new IllegalStateException(
          "DB_HOST, DB_PORT and DB_NAME must lead to a coordinator of Citus with workers");
    }
    new Nodes(out).run();
  }

  /** What the databases have used, all processes of all nodes, by the postmasters. */
  private record Postmasters(List<ProcessHandle> all) {
    static Postmasters of(FreshDatabase database) throws SQLException {
      PGSimpleDataSource source = database.source();
      List<ProcessHandle> all = new ArrayList<>();
      all.add(postmaster(source));
      for (CitusCluster.Worker worker :
          CitusCluster.of(Client.dataSource(TestServices.settings())).orElseThrow().workers()) {
        PGSimpleDataSource there = Client.dataSource(TestServices.settings());
        there.setPortNumbers(new int[] {worker.port()});
        all.add(postmaster(there));
      }
      return new Postmasters(all);
    }

    private static ProcessHandle postmaster(PGSimpleDataSource source) throws SQLException {
      try (Connection connection = source.getConnection()) {
        long backend = new Sql(connection).number("SELECT pg_backend_pid()");
        return ProcessHandle.of(backend).flatMap(ProcessHandle::parent).orElseThrow();
      }
    }

    Duration cpu() throws IOException {
      Duration sum = Duration.ZERO;
      for (ProcessHandle postmaster : all) {
        sum = sum.plus(Processes.family(postmaster));
      }
      return sum;
    }
  }

  /** One of the two. */
  private static final class Side implements AutoCloseable {
    private final String name;
    private final FreshDatabase fresh;
    private final Database database;
    private final Postmasters postmasters;
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> micros = new ArrayList<>();

    Side(String name, String distribute) throws SQLException {
      this.name = name;
      this.fresh = new FreshDatabase();
      this.database = fresh.started("DB_DISTRIBUTE", distribute);
      this.postmasters = Postmasters.of(fresh);
    }

    void write(List<Message> messages, int batch) throws Exception {
      Duration cpu = postmasters.cpu();
      long began = System.nanoTime();
      ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
      try {
        List<Future<Void>> ends = new ArrayList<>();
        int part = messages.size() / WRITERS;
        for (int i = 0; i < WRITERS; i++) {
          List<Message> mine = messages.subList(i * part, (i + 1) * part);
          ends.add(threads.submit(() -> writeAll(mine, batch)));
        }
        for (Future<Void> end : ends) {
          end.get();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } finally {
        threads.shutdown();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      rates.add(messages.size() / seconds);
      micros.add(postmasters.cpu().minus(cpu).toNanos() / 1e3 / messages.size());
    }

    private Void writeAll(List<Message> messages, int batch) throws SQLException {
      try (Connection connection = fresh.source().getConnection()) {
        Transactions own = new Transactions(kept(connection));
        BatchWriter writer = new BatchWriter(on(own));
        for (int from = 0; from < messages.size(); from += batch) {
          List<Message> some = messages.subList(from, Math.min(messages.size(), from + batch));
          FreshDatabase.write(own, writer, some);
        }
      }
      return null;
    }

    /** The same database on connections of another source. */
    Database on(DataSource source) {
      Database there = new Database(new Connections(source));
      there.schemaIs(database.layout(), database.copies(), Optional.empty());
      return there;
    }

    @Override
    public void close() throws SQLException {
      fresh.close();
    }
  }

  /** A source of one connection that stays open, as those of a pool do. */
  private static DataSource kept(Connection connection) {
    ClassLoader loader = Nodes.class.getClassLoader();
    Object open =
        Proxy.newProxyInstance(
            loader,
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              try {
                return method.getName().equals("close")
                    ? null
                    : method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return (DataSource)
        Proxy.newProxyInstance(loader, new Class<?>[] {DataSource.class}, (p, m, a) -> open);
  }

  private void run() throws Exception {
    int messages = Integer.getInteger("messages", 20_000);
    int rounds = Integer.getInteger("rounds", 5);
    try (Side one = new Side("one node", "off");
        Side many = new Side("coordinator and workers", "on")) {
      out.printf(Locale.ROOT, "%s, %s%n", one.database.layout(), many.database.layout());
      for (int batch : new int[] {Integer.getInteger("batch", 1000), 100, 10}) {
        int count = batch == 10 ? messages / 10 : messages;
        for (int round = 0; round <= rounds; round++) { // the first warms up
          for (Side side : List.of(one, many)) {
            side.write(make(count), batch);
            if (round == 0) {
              side.rates.clear();
              side.micros.clear();
            }
          }
        }
        for (Side side : List.of(one, many)) {
          out.printf(
              Locale.ROOT,
              "| batches of %d | %s | %,.0f messages/s | %.1f µs of the databases a message |%n",
              batch,
              side.name,
              median(side.rates),
              median(side.micros));
        }
      }
      one.fresh.execute("ANALYZE");
      many.fresh.execute("ANALYZE");
      ask(one, many);
    }
  }

  private void ask(Side one, Side many) throws Exception {
    Map<Side, Map<String, Callable<Object>>> questions = new LinkedHashMap<>();
    for (Side side : List.of(one, many)) {
      Database database = side.on(kept(side.fresh.source().getConnection()));
      MessageFinder finder = new MessageFinder(database);
      Facts facts = new Facts(database);
      Terms terms = new Terms(database, facts);
      Map<String, Callable<Object>> asked = new LinkedHashMap<>();
      asked.put("a uuid", () -> finder.find(uuid(), Scope.ALL));
      asked.put("newest 100", () -> page(finder, Filter.ALL));
      asked.put("100 of a subject", () -> page(finder, named(Field.SUBJECT, "subject-17")));
      asked.put("100 of a topic", () -> page(finder, named(Field.TOPIC, "topic-3")));
      asked.put(
          "100 of a topic and a type",
          () ->
              page(
                  finder,
                  Filter.of(
                      new Criterion.Named(Field.TOPIC, false, List.of(Name.exactly("topic-3"))),
                      new Criterion.Named(Field.TYPE, false, List.of(Name.exactly("type-1"))))));
      asked.put(
          "a word that is nowhere",
          () -> page(finder, Filter.of(new Criterion.Words(List.of(new Word("nowhere"))))));
      asked.put("statistics, a sample", () -> facts.read(Filter.ALL, Scope.ALL));
      asked.put("names of topics", () -> terms.starting(Field.TOPIC, "to", Scope.ALL, 20));
      questions.put(side, asked);
    }
    for (String name : questions.get(one).keySet()) {
      Map<Side, List<Double>> times = Map.of(one, new ArrayList<>(), many, new ArrayList<>());
      for (int i = 0; i < 40; i++) {
        for (Side side : List.of(one, many)) {
          long began = System.nanoTime();
          questions.get(side).get(name).call();
          if (i >= 10) {
            times.get(side).add((System.nanoTime() - began) / 1e6);
          }
        }
      }
      out.printf(
          Locale.ROOT,
          "| %s | %.1f | %.1f | %.1f |%n",
          name,
          median(times.get(one)),
          median(times.get(many)),
          median(times.get(many)) / median(times.get(one)));
    }
  }

  private UUID uuid() {
    return known.get(random.nextInt(known.size()));
  }

  private static Object page(MessageFinder finder, Filter filter) {
    return finder.search(filter, Scope.ALL, null, 100).messages();
  }

  private static Filter named(Field field, String name) {
    return Filter.of(new Criterion.Named(field, false, List.of(Name.exactly(name))));
  }

  private List<Message> make(int count) {
    List<Message> messages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      UUID uuid = new UUID(random.nextLong(), random.nextLong());
      if (made % 50 == 0) {
        known.add(uuid);
      }
      messages.add(
          new Message(
              uuid,
              start.plusMillis(made++),
              null,
              "{\"text\": \"%s\", \"n\": %d}".formatted(TEXT, made),
              "subject-" + random.nextInt(SUBJECTS),
              List.of("subject-" + random.nextInt(SUBJECTS)),
              "topic-" + random.nextInt(20),
              "type-" + random.nextInt(5),
              "{\"priority\": \"high\"}"));
    }
    return messages;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
