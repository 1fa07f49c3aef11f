package io.messagelogger.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the time from the launch of a server to its being ready: one with the same features and
 * nothing in it, the service on a database that has the schema, and the service on an empty one.
 * What the migrations take, from the first connection to the database to the schema's being there,
 * is told apart. They take turns; every server has a folder of its own, so that nothing is left
 * from a start before. {@code -Drounds} (5). Used by one thread.
 */
public final class ColdStart {
  private ColdStart() {}

  /** Starts a server. */
  @FunctionalInterface
  private interface Start {
    BenchServer run() throws IOException;
  }

  /** Runs the benchmark with the system properties and the environment. */
  public static void main(String[] arguments) throws IOException, SQLException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    int rounds = Integer.getInteger("rounds", 5);
    try (BenchServices services = BenchServices.start(true)) {
      String kept = services.createDatabase("cold_kept");
      BenchServer.start(services, kept).close();
      Map<String, Start> starts = new LinkedHashMap<>();
      starts.put("a server with the same features, empty", () -> BenchServer.startEmpty(services));
      starts.put("the service", () -> BenchServer.start(services, kept));
      String fresh = services.createDatabase("cold_new");
      starts.put("the service, making its schema", () -> BenchServer.start(services, fresh));
      Map<String, List<Double>> seconds = new LinkedHashMap<>();
      Map<String, List<Double>> migrations = new LinkedHashMap<>();
      for (int round = 1; round <= rounds; round++) {
        for (Map.Entry<String, Start> start : starts.entrySet()) {
          services.createDatabase("cold_new");
          long begin = System.nanoTime();
          try (BenchServer server = start.getValue().run()) {
            double taken = (System.nanoTime() - begin) / 1e9;
            double migration = server.migration().toMillis() / 1e3;
            seconds.computeIfAbsent(start.getKey(), key -> new ArrayList<>()).add(taken);
            migrations.computeIfAbsent(start.getKey(), key -> new ArrayList<>()).add(migration);
            out.println(
                String.format(
                    Locale.ROOT,
                    "round %d of %d, %s: ready after %.2f s at %s",
                    round,
                    rounds,
                    start.getKey(),
                    taken,
                    server.address()));
          }
        }
      }
      print(out, seconds, migrations);
    }
  }

  private static void print(
      PrintStream out, Map<String, List<Double>> seconds, Map<String, List<Double>> migrations) {
    out.println();
    out.println(
        "| | ready after s, median (least to most) | of the empty server | schema s | without it |");
    out.println("|---|---|---|---|---|");
    double empty = 0;
    for (Map.Entry<String, List<Double>> entry : seconds.entrySet()) {
      List<Double> sorted = entry.getValue().stream().sorted().toList();
      double median = sorted.get(sorted.size() / 2);
      double migration =
          migrations.get(entry.getKey()).stream().sorted().toList().get(sorted.size() / 2);
      empty = empty == 0 ? median : empty;
      out.println(
          String.format(
              Locale.ROOT,
              "| %s | %.2f (%.2f to %.2f) | %.2f | %.2f | %.2f |",
              entry.getKey(),
              median,
              sorted.get(0),
              sorted.get(sorted.size() - 1),
              median / empty,
              migration,
              (median - migration) / empty));
    }
  }
}
