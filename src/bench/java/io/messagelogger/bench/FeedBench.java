package io.messagelogger.bench;

import io.messagelogger.dev.Wait;
import io.messagelogger.settings.Setting;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;

/**
 * Measures the live feed: how fast it delivers beside an older build, nchan and a bare loop of
 * sends, with many clients, with one that stalls, with filters, and in a replay. What is compared
 * takes turns in one run, so that only ratios count. Prints Markdown.
 *
 * <p>System properties: {@code only} (deliver, clients, stalled, filters, replay; all but separated
 * by commas), {@code rounds} (3), {@code messages} (a round of deliver, 20000), {@code stored}
 * (messages of the replay, 300000), {@code access} (false; whether a server takes part in deliver
 * that asks who one is, with a token and a key), {@code baseline} (a folder with another build of
 * this project; none). Used by one thread.
 */
public final class FeedBench implements Closeable {
  private static final int CLIENTS = 50;
  private static final int TOGETHER = 200;
  private static final int PATIENCE = 120;

  private final PrintStream out;
  private final BenchServices services;
  private final List<String> only = List.of(System.getProperty("only", "").split(","));
  private final int rounds = Integer.getInteger("rounds", 3);
  private final int messages = Integer.getInteger("messages", 20_000);
  private @Nullable Served ours;

  /** A server of the service with its queue. */
  private record Served(BenchServer server, BenchQueue queue, String database) {
    URI address() {
      return server.address();
    }
  }

  private FeedBench(PrintStream out, BenchServices services) {
    this.out = out;
    this.services = services;
  }

  /** Runs the benchmark with the system properties and the environment. */
  public static void main(String[] arguments)
      throws IOException, SQLException, InterruptedException {
    @SuppressWarnings("checkstyle:RegexpSinglelineJava") // a command's own console
    PrintStream out = System.out;
    try (BenchServices services = BenchServices.start(true);
        FeedBench bench = new FeedBench(out, services)) {
      bench.part("deliver", bench::deliver);
      bench.part("clients", bench::clients);
      bench.part("stalled", bench::stalled);
      bench.part("filters", bench::filters);
      bench.part("replay", bench::replay);
    }
  }

  /** A part of the benchmark. */
  @FunctionalInterface
  private interface Part {
    void run() throws IOException, SQLException, InterruptedException;
  }

  private void part(String name, Part part) throws IOException, SQLException, InterruptedException {
    if (only.contains("") || only.contains(name)) {
      say("## %s", name);
      long start = System.nanoTime();
      part.run();
      say("(%s took %d s)%n", name, Duration.ofNanos(System.nanoTime() - start).toSeconds());
    }
  }

  private void say(String text, Object... values) {
    out.println(String.format(Locale.ROOT, text, values));
  }

  private Served ours() throws IOException, SQLException {
    Served known = ours;
    if (known == null) {
      known = serve("feed", null);
      ours = known;
    }
    return known;
  }

  private Served serve(String name, @Nullable Path home) throws IOException, SQLException {
    return serve(name, home, Map.of());
  }

  private Served serve(String name, @Nullable Path home, Map<String, String> more)
      throws IOException, SQLException {
    BenchQueue queue = services.queue();
    Map<String, String> settings = new HashMap<>(more);
    settings.put(Setting.REDIS_QUEUE.name(), queue.name());
    settings.put(Setting.FEED_QUEUE_FRAMES.name(), "1000000");
    settings.put(Setting.FEED_QUEUE_BYTES.name(), "67108864");
    settings.put(Setting.SOCKETS_PER_CALLER.name(), "off"); // all are one caller
    String database = services.createDatabase(name);
    BenchServer server =
        home == null
            ? BenchServer.start(services, database, settings)
            : BenchServer.start(services, database, settings, home);
    say("ready: %s", name);
    return new Served(server, queue, database);
  }

  @Override
  public void close() throws IOException {
    Served known = ours;
    if (known != null) {
      known.server().close();
      known.queue().close();
    }
  }

  /** Somebody who delivers. */
  private interface Contender {
    /** Makes what is sent next, which does not count. */
    default void prepare(int count) {}

    /** Delivers so many messages, each to all. */
    void send(int count) throws IOException;

    Swarm connect() throws IOException;
  }

  private void publish(Served served, int count) {
    for (int i = 0; i < count; i += TOGETHER) {
      List<byte[]> some = new ArrayList<>();
      while (some.size() < Math.min(TOGETHER, count - i)) {
        some.add(Timed.message("bench"));
      }
      publish(served, some);
    }
  }

  private void publish(Served served, List<byte[]> all) {
    RedisClient redis = served.queue().redis();
    byte[] channel = served.queue().name().getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < all.size(); from += TOGETHER) {
      try (AbstractPipeline pipeline = redis.pipelined()) {
        all.subList(from, Math.min(all.size(), from + TOGETHER))
            .forEach(message -> pipeline.publish(channel, message));
      }
    }
  }

  private final class Service implements Contender {
    private final Served served;
    private final String header;
    private final List<byte[]> prepared = new ArrayList<>();

    Service(Served served) {
      this(served, "");
    }

    Service(Served served, String header) {
      this.served = served;
      this.header = header;
    }

    @Override
    public void prepare(int count) {
      while (prepared.size() < count) {
        prepared.add(Timed.message("bench"));
      }
    }

    @Override
    public void send(int count) {
      prepare(count);
      List<byte[]> some = prepared.subList(0, count);
      publish(served, some);
      some.clear();
    }

    @Override
    public Swarm connect() throws IOException {
      return new Swarm(served.address(), CLIENTS, i -> "/", header);
    }
  }

  private void deliver() throws IOException, SQLException, InterruptedException {
    Map<String, Contender> contenders = new LinkedHashMap<>();
    contenders.put("ours", new Service(ours()));
    if (Boolean.getBoolean("access")) {
      try (Bearers bearers = new Bearers()) {
        Served guarded = serve("guarded", null, bearers.settings());
        bearers
            .headers()
            .forEach(
                (name, header) ->
                    contenders.put("asked who, " + name, new Service(guarded, header)));
        table(compete(contenders));
        guarded.server().close();
        guarded.queue().close();
      }
      return;
    }
    String baseline = System.getProperty("baseline", "");
    Served before = null;
    if (baseline.isEmpty()) {
      say("SKIPPED: the build of before, as -Dbaseline=FOLDER is not given");
    } else {
      before = serve("before", Path.of(baseline).toAbsolutePath());
      contenders.put("before", new Service(before));
    }
    Nchan nchan = Nchan.start(services).orElse(null);
    if (nchan == null) {
      say("SKIPPED: nchan, as nginx or its module is not installed (libnginx-mod-nchan)");
    } else {
      contenders.put("nchan", nchan(nchan));
    }
    BenchServer server = ours().server();
    deployLoop(server);
    contenders.put("bare loop", loop(server));
    try {
      table(compete(contenders));
    } finally {
      if (nchan != null) {
        nchan.close();
      }
      if (before != null) {
        before.server().close();
        before.queue().close();
      }
    }
  }

  private void table(Map<String, List<Double>> rates) {
    List<Double> own = rates.getOrDefault("ours", List.of());
    say(
        "%n| %d clients, %d bytes | deliveries/s, median (least to most) | ours : it, of each round |",
        CLIENTS, Timed.BYTES);
    say("|---|--:|---|");
    rates.forEach(
        (name, some) -> {
          List<Double> ratios = new ArrayList<>();
          for (int i = 0; i < some.size(); i++) {
            ratios.add(own.get(i) / some.get(i));
          }
          say("| %s | %s | %s |", name, spread(some, "%,.0f"), spread(ratios, "%.2f"));
        });
  }

  private Map<String, List<Double>> compete(Map<String, Contender> contenders)
      throws IOException, InterruptedException {
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    List<String> turns = new ArrayList<>(contenders.keySet());
    for (int round = 0; round <= rounds; round++) { // the first is for warming up
      for (String name : turns) {
        Contender contender = contenders.get(name);
        double rate = rate(contender);
        say(
            "%s %d of %d, %s: %,.0f deliveries/s",
            round == 0 ? "warm-up" : "round", round, rounds, name, rate);
        if (round > 0) {
          rates.computeIfAbsent(name, n -> new ArrayList<>()).add(rate);
        }
      }
      java.util.Collections.rotate(turns, 1);
    }
    Map<String, List<Double>> sorted = new LinkedHashMap<>();
    contenders.keySet().forEach(name -> sorted.put(name, rates.getOrDefault(name, List.of())));
    return sorted;
  }

  private double rate(Contender contender) throws IOException, InterruptedException {
    try (Swarm swarm = contender.connect()) {
      settle(swarm, () -> contender.send(1), CLIENTS);
      contender.prepare(messages);
      long before = swarm.frames();
      long start = System.nanoTime();
      contender.send(messages);
      swarm.await(before + (long) messages * CLIENTS, PATIENCE);
      return (double) messages * CLIENTS / ((System.nanoTime() - start) / 1e9);
    }
  }

  /** Something that may be sent again and again. */
  @FunctionalInterface
  private interface Sending {
    void run() throws IOException;
  }

  /** Sends until each client is shown it: a server takes them in after the handshake. */
  private static void settle(Swarm swarm, Sending sending, int clients) throws IOException {
    for (int i = 0; i < 600; i++) {
      long before = swarm.frames();
      sending.run();
      long deadline = System.nanoTime() + Duration.ofMillis(500).toNanos();
      while (System.nanoTime() < deadline) {
        if (swarm.frames() - before >= clients) {
          LockSupport.parkNanos(Duration.ofMillis(300).toNanos()); // what came before has come too
          return;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
    throw new IOException("not all clients are shown what is sent");
  }

  private Contender nchan(Nchan nchan) {
    return new Contender() {
      @Override
      public void send(int count) throws IOException {
        nchan.publish(Timed.message("bench"), count);
      }

      @Override
      public Swarm connect() throws IOException {
        return new Swarm(nchan.address(), CLIENTS, i -> "/feed");
      }
    };
  }

  private static Contender loop(BenchServer server) {
    return new Contender() {
      @Override
      public void send(int count) throws IOException {
        URI uri =
            URI.create(server.address() + "/loop/?messages=" + count + "&bytes=" + Timed.BYTES);
        try (InputStream in = uri.toURL().openStream()) {
          in.readAllBytes();
        }
      }

      @Override
      public Swarm connect() throws IOException {
        return new Swarm(server.address(), CLIENTS, i -> "/loop/");
      }
    };
  }

  /** Puts the bare loop into a server, beside the service, and waits until it answers. */
  private void deployLoop(BenchServer server) throws IOException {
    Path war = services.folder().resolve("loop.war");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(war))) {
      for (Class<?> type : new Class<?>[] {BareLoop.class, BareLoop.Client.class}) {
        String name = type.getName().replace('.', '/') + ".class";
        zip.putNextEntry(new ZipEntry("WEB-INF/classes/" + name));
        try (InputStream in = FeedBench.class.getResourceAsStream("/" + name)) {
          if (in == null) {
            throw new IOException("no " + name);
          }
          in.transferTo(zip);
        }
      }
    }
    Files.move(war, server.dropins().resolve("loop.war"));
    URL url = URI.create(server.address() + "/loop/?messages=0&bytes=1").toURL();
    boolean there =
        Wait.until(
            Duration.ofMinutes(1),
            () ->
                ((HttpURLConnection) url.openConnection()).getResponseCode()
                    == HttpURLConnection.HTTP_OK);
    if (!there) {
      throw new IOException("The bare loop does not start");
    }
  }

  private static String spread(List<Double> values, String format) {
    List<Double> sorted = values.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        format + " (" + format + " to " + format + ")",
        sorted.get(sorted.size() / 2),
        sorted.get(0),
        sorted.get(sorted.size() - 1));
  }

  private static String percentiles(long[] nanos) {
    return nanos.length == 0
        ? "none"
        : String.format(
            Locale.ROOT,
            "%.1f / %.1f",
            nanos[nanos.length / 2] / 1e6,
            nanos[(int) (nanos.length * 0.99)] / 1e6);
  }

  /** Sends single messages at a rate. */
  private void steadily(Served served, int rate, int seconds, boolean push, String topic) {
    RedisClient redis = served.queue().redis();
    byte[] name = served.queue().name().getBytes(StandardCharsets.UTF_8);
    long start = System.nanoTime();
    for (int i = 0; i < rate * seconds; i++) {
      long due = start + i * 1_000_000_000L / rate;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      byte[] message = Timed.message(topic.formatted(i % 1000));
      if (push) {
        redis.lpush(name, message);
      } else {
        redis.publish(name, message);
      }
    }
  }

  private void clients() throws IOException, SQLException {
    Served served = ours();
    say(
        "%n| clients | deliveries/s | p50 / p99 from PUBLISH to frame at 50/s, ms | kB a client: heap, resident | CPU s per million deliveries |");
    say("|--:|--:|--:|--:|--:|");
    for (int count : new int[] {500, 2000}) {
      long heap = live(served);
      long resident = resident(served);
      try (Swarm swarm = new Swarm(served.address(), count, i -> "/")) {
        settle(swarm, () -> publish(served, 1), count);
        publish(served, 200);
        settle(swarm, () -> publish(served, 1), count);
        double heapEach = (live(served) - heap) / 1024.0 / count;
        double residentEach = (double) (resident(served) - resident) / count;
        int burst = 1_000_000 / count;
        Duration cpu = cpu(served);
        long before = swarm.frames();
        long start = System.nanoTime();
        publish(served, burst);
        swarm.await(before + (long) burst * count, PATIENCE);
        double seconds = (System.nanoTime() - start) / 1e9;
        double used = cpu(served).minus(cpu).toMillis() / 1e3;
        swarm.startTiming();
        steadily(served, 50, 10, false, "bench");
        swarm.await(before + (long) (burst + 500) * count, PATIENCE);
        say(
            "| %,d | %,.0f | %s | %.1f, %.1f | %.2f |",
            count,
            burst * (double) count / seconds,
            percentiles(swarm.stopTiming()),
            heapEach,
            residentEach,
            used * 1e6 / ((double) burst * count));
      }
    }
  }

  private void stalled() throws IOException, SQLException {
    Served served = ours();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      double[] p99 = new double[2];
      for (int stalled = 0; stalled < 2; stalled++) {
        int clients = 500;
        try (Swarm swarm = new Swarm(served.address(), clients, i -> "/")) {
          settle(swarm, () -> publish(served, 1), clients);
          if (stalled == 1) {
            swarm.stallFirst();
            publish(served, 30_000); // more than the connection's buffers take
            swarm.await(30_000L * (clients - 1), PATIENCE);
          }
          swarm.startTiming();
          steadily(served, 50, 6, false, "bench");
          LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
          long[] times = swarm.stopTiming();
          p99[stalled] = times[(int) (times.length * 0.99)] / 1e6;
          say(
              "round %d, %s: p50 / p99 %s ms of %,d",
              round,
              stalled == 1 ? "one stalled" : "none stalled",
              percentiles(times),
              times.length);
        }
      }
      if (round > 0) {
        ratios.add(p99[1] / p99[0]);
      }
    }
    say("%np99 of the others with one stalled client of 500 : without: %s", spread(ratios, "%.2f"));
  }

  private void filters() throws IOException, SQLException {
    Served served = ours();
    int clients = 1000;
    Map<String, IntFunction<String>> shapes = new LinkedHashMap<>();
    shapes.put("nobody", null);
    shapes.put("1,000 without filters, envelopes", i -> "/?envelope=1");
    shapes.put("1,000 filters, all of which match", i -> "/?envelope=1&topic=t0&topic=f" + i);
    shapes.put("1,000 filters, one of which matches", i -> "/?envelope=1&topic=f" + i);
    Map<String, List<Double>> costs = new LinkedHashMap<>();
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Map.Entry<String, IntFunction<String>> shape : shapes.entrySet()) {
        int present = shape.getValue() == null ? 0 : clients;
        String topic = shape.getKey().contains("one of") ? "f%d" : "t0";
        int each = shape.getKey().contains("one of") ? 1 : present;
        IntFunction<String> path = present == 0 ? i -> "/" : shape.getValue();
        try (Swarm swarm = new Swarm(served.address(), present, path)) {
          LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
          long before = swarm.frames();
          Duration cpu = cpu(served);
          swarm.startTiming();
          steadily(served, 100, 8, true, topic);
          swarm.await(before + (present == 0 ? 0 : 800L * each), PATIENCE);
          LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
          double used = cpu(served).minus(cpu).toMillis() / 800.0;
          long[] took = swarm.stopTiming();
          say(
              "round %d, %s: %.2f ms CPU a message, push to frame p50 / p99 %s ms",
              round, shape.getKey(), used, percentiles(took));
          if (round > 0) {
            costs.computeIfAbsent(shape.getKey(), k -> new ArrayList<>()).add(used);
            if (took.length > 0) {
              times
                  .computeIfAbsent(shape.getKey(), k -> new ArrayList<>())
                  .add(took[(int) (took.length * 0.99)] / 1e6);
            }
          }
        }
      }
    }
    say("%n| clients | server's CPU a message, ms | p99 from push to frame, ms |");
    say("|---|--:|--:|");
    costs.forEach(
        (name, some) ->
            say(
                "| %s | %s | %s |",
                name,
                spread(some, "%.2f"),
                times.containsKey(name) ? spread(times.get(name), "%.0f") : "–"));
  }

  private void replay() throws IOException, SQLException {
    Served served = ours();
    int stored = Integer.getInteger("stored", 300_000);
    Traffic traffic = new Traffic(3);
    Progress progress = new Progress(out, "storing", stored);
    long had = exported(served);
    for (int from = 0; from < stored; from += 50_000) {
      traffic.next(Math.min(50_000, stored - from)).forEach(served.queue()::add);
      served.queue().appear();
      long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
      while (!served.queue().drained() && System.nanoTime() < deadline) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      progress.at(Math.min(stored, from + 50_000));
    }
    long all = had + stored;
    Map<String, List<Double>> rates = new TreeMap<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      long start = System.nanoTime();
      long lines = exported(served);
      double export = lines / ((System.nanoTime() - start) / 1e9);
      if (lines != all) {
        throw new IOException("%,d lines of %,d messages".formatted(lines, all));
      }
      start = System.nanoTime();
      double replay;
      try (Swarm swarm = new Swarm(served.address(), 1, i -> "/?envelope=1&since=2d")) {
        swarm.await(all, 10L * PATIENCE);
        replay = all / ((System.nanoTime() - start) / 1e9);
      }
      say("round %d: export %,.0f messages/s, replay %,.0f", round, export, replay);
      if (round > 0) {
        rates.computeIfAbsent("NDJSON export", k -> new ArrayList<>()).add(export);
        rates.computeIfAbsent("replay", k -> new ArrayList<>()).add(replay);
        ratios.add(replay / export);
      }
    }
    rates.forEach(
        (name, some) -> say("%s of %,d messages: %s messages/s", name, all, spread(some, "%,.0f")));
    say("replay : export %s", spread(ratios, "%.2f"));
  }

  /** Exports everything; how many lines. */
  private static long exported(Served served) throws IOException {
    long lines = 0;
    byte[] buffer = new byte[1 << 16];
    URI uri = URI.create(served.address() + "/messages?format=ndjson&order=oldest");
    try (InputStream in = uri.toURL().openStream()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        for (int i = 0; i < length; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }

  private static Duration cpu(Served served) {
    return served.server().java().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Bytes of the heap that live, after a full collection. */
  private static long live(Served served) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                Long.toString(served.server().java().pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Arrays.stream(text.split("\n", -1))
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.strip().split(" +", -1)[2]))
        .findFirst()
        .orElseThrow(() -> new IOException(text));
  }

  /** Kilobytes of the process that are resident. */
  private static long resident(Served served) throws IOException {
    return 1024 * Processes.megabytes(served.server().java(), false).orElse(0L);
  }
}
