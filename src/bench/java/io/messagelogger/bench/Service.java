package io.messagelogger.bench;

import io.messagelogger.message.Message;
import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The service itself, a server with settings of its own. */
final class Service implements Contender {
  /** What it takes to look must not be missing for the work. */
  private static final Duration LOOK = Duration.ofMillis(10);

  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final String name;
  private final String database;
  private final BenchServer server;
  private final BenchQueue queue;

  /**
   * Starts the server and waits until it is ready.
   *
   * @param settings added to those of the benchmark
   */
  Service(BenchServices services, String database, String name, Map<String, String> settings)
      throws IOException {
    this(services, database, name, settings, BenchServer.home());
  }

  /**
   * The same of another build.
   *
   * @param home the folder of its Liberty
   */
  Service(
      BenchServices services, String database, String name, Map<String, String> settings, Path home)
      throws IOException {
    this.name = name;
    this.database = database;
    this.queue = services.queue();
    Map<String, String> environment = new HashMap<>(settings);
    environment.put(Setting.REDIS_QUEUE.name(), queue.name());
    this.server = BenchServer.start(services, database, environment, home);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String database() {
    return database;
  }

  @Override
  public ProcessHandle process() {
    return server.java();
  }

  BenchServer server() {
    return server;
  }

  BenchQueue queue() {
    return queue;
  }

  @Override
  public void prepare(List<Message> messages) throws IOException {
    messages.forEach(queue::add);
    queue.settle();
  }

  @Override
  public void store() throws IOException, SQLException {
    queue.appear();
    long start = System.nanoTime();
    while (!drained(start)) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /**
   * Whether nothing waits and nothing is claimed.
   *
   * @param start when the queue appeared
   * @throws IOException when that is not to be expected any more
   */
  boolean drained(long start) throws IOException {
    if (queue.drained()) {
      return true;
    }
    if (!server.running() || System.nanoTime() - start > LIMIT.toNanos()) {
      throw new IOException("The queue is not drained:" + System.lineSeparator() + server.tail());
    }
    return false;
  }

  @Override
  public void rest() throws IOException {
    server.pause();
  }

  @Override
  public void wake() throws IOException {
    server.resume();
  }

  @Override
  public void close() throws IOException {
    server.resume();
    server.close();
    queue.close();
  }
}
