package io.messagelogger.dev;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The run command with life in it: once the service is ready, the messages of a day are there, and
 * new ones come (see {@link Scenario}) until it is stopped. System property {@code orders}: orders
 * a minute, 40 when not said; one makes some fifteen messages.
 */
public final class Demo {
  private static final int A_DAY = 2000;
  private static final int PUSHED_AT_ONCE = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private Demo() {}

  /** Runs until a signal; takes no arguments. */
  public static void main(String[] arguments) {
    Thread agents = new Thread(Demo::talk, "agents");
    agents.setDaemon(true);
    Runtime.getRuntime().addShutdownHook(new Thread(agents::interrupt, "agents fall silent"));
    agents.start();
    Run.main(arguments);
  }

  private static void talk() {
    try {
      Settings settings = Settings.from(System::getenv);
      Health health = Health.ofPort(settings.count(Setting.HTTP_PORT));
      if (!Wait.until(PATIENCE, health::ready)) {
        return; // the run command says why
      }
      String url = settings.text(Setting.REDIS_URL);
      try (RedisClient redis =
          url.isEmpty()
              ? RedisClient.create(
                  settings.text(Setting.REDIS_HOST), settings.count(Setting.REDIS_PORT))
              : RedisClient.create(URI.create(url))) {
        talk(redis, settings.text(Setting.REDIS_QUEUE));
      }
    } catch (IOException | JedisException e) {
      if (Thread.currentThread().isInterrupted()) {
        return; // the run command stops Redis before us
      }
      Console.error("The demo's agents have fallen silent: " + e.getMessage());
    }
  }

  private static void talk(RedisClient redis, String queue) {
    Instant start = Instant.now();
    Scenario scenario = new Scenario(start.toEpochMilli());
    List<Scenario.Step> day = scenario.history(start.minus(Duration.ofDays(1)), start, A_DAY);
    for (int from = 0; from < day.size(); from += PUSHED_AT_ONCE) {
      redis.lpush(
          queue,
          day.subList(from, Math.min(day.size(), from + PUSHED_AT_ONCE)).stream()
              .map(Scenario.Step::payload)
              .toArray(String[]::new));
    }
    Console.line(
        "The demo's agents are talking: %,d messages of the last day, and more to come"
            .formatted(day.size()));
    Agents agents = new Agents(scenario, start, Integer.getInteger("orders", 40));
    while (!Thread.currentThread().isInterrupted()) {
      List<String> due = agents.due(Instant.now());
      if (!due.isEmpty()) {
        redis.lpush(queue, due.toArray(new String[0]));
      }
      LockSupport.parkNanos(
          Math.max(1_000_000, Duration.between(Instant.now(), agents.next()).toNanos()));
    }
  }
}
