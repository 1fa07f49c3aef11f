package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The long form of the fault suite: two servers, several producers, and one fault after the other
 * at random, judged about once a minute and at the end. Not a part of the tests: {@code mvn -Psoak
 * verify}.
 *
 * <p>System properties: {@code soak.minutes} (60), {@code soak.rate} (messages a second that are
 * pushed, 2000), {@code soak.seed} (which faults in which order; printed at the start).
 */
class Soak {
  private static final Logger LOG = Logger.getLogger(Soak.class.getName());
  private static final int PRODUCERS = 4;
  private static final int A_PUSH = 100;

  /** Messages a second on average, however long the outages were. */
  private static final long LEAST_RATE = 50;

  /** Producers wait while more are queued: an outage must not fill the machine. */
  private static final long MOST_QUEUED = 100_000;

  private static final Duration ROUND = Duration.ofSeconds(60);

  private final Duration length = Duration.ofMinutes(number("soak.minutes", 60));
  private final int rate = (int) number("soak.rate", 2000);
  private final long seed =
      number("soak.seed", ThreadLocalRandom.current().nextLong(1_000_000_000));
  private final Random random = new Random(seed);
  private final Map<String, Integer> fired = new TreeMap<>();
  private final long start = System.nanoTime();
  private long judged;

  /** A whole number of the command line; one that is none ends the run. */
  private static long number(String property, long otherwise) {
    String text = System.getProperty(property);
    return text == null ? otherwise : Long.parseLong(text);
  }

  @Test
  void faultsComeAtRandomUnderLoad() throws Exception {
    LOG.info("Seed " + seed + " (-Dsoak.seed), " + length.toMinutes() + " min");
    Path folder = Folder.create();
    try (Services services = Services.embedded(folder);
        Surroundings surroundings = new Surroundings(services, random)) {
      surroundings.awaitReady();
      for (int round = 1; elapsed().compareTo(length) < 0; round++) {
        round(surroundings, round);
      }
    }
    Folder.delete(folder);
    LOG.info("Faults: " + fired);
    assertThat(judged).as("enough were processed").isGreaterThan(LEAST_RATE * length.toSeconds());
  }

  private void round(Surroundings surroundings, int round) throws Exception {
    surroundings.empty();
    Oracle oracle = new Oracle();
    List<String> faults = new ArrayList<>();
    long roundStart = System.nanoTime();
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS);
    try (RedisClient redis = surroundings.redis()) {
      for (PoisonKind kind : PoisonKind.values()) {
        if (kind != PoisonKind.REFUSED_BY_THE_DATABASE && kind != PoisonKind.TOO_LARGE) {
          List<Minted> neighbours = Stream.generate(oracle::message).limit(9).toList();
          oracle.push(redis, neighbours, List.of(kind.next()), random.nextInt(10));
        }
      }
      List<Future<?>> producers = new ArrayList<>();
      for (int i = 0; i < PRODUCERS; i++) {
        producers.add(threads.submit(() -> produce(oracle, redis, end)));
      }
      while (System.nanoTime() - roundStart < ROUND.toNanos()) {
        String fault = surroundings.fault();
        faults.add(fault);
        fired.merge(fault, 1, Integer::sum);
      }
      surroundings.heal();
      end.countDown();
      for (Future<?> producer : producers) {
        producer.get();
      }
      surroundings.awaitReady();
      oracle.judge(surroundings.client());
    } finally {
      end.countDown();
      threads.shutdownNow();
    }
    judged += oracle.count();
    LOG.info(
        "%d %% (%d s): round %d, %d messages, %d pushes failed, all accounted for; %d in all, %d a second; %s"
            .formatted(
                Math.min(100, elapsed().toMillis() * 100 / length.toMillis()),
                elapsed().toSeconds(),
                round,
                oracle.count(),
                oracle.failures(),
                judged,
                judged / Math.max(1, elapsed().toSeconds()),
                String.join(", ", faults)));
  }

  /** Pushes at its share of the rate; one push in ten is one that was made before. */
  private void produce(Oracle oracle, RedisClient redis, CountDownLatch end) {
    List<Minted> messages = List.of();
    long pauseMillis = 1000L * A_PUSH * PRODUCERS / rate;
    try {
      while (!end.await(pauseMillis, MILLISECONDS)) {
        if (messages.isEmpty() || ThreadLocalRandom.current().nextInt(10) > 0) {
          messages = Stream.generate(oracle::message).limit(A_PUSH).toList();
        }
        if (oracle.push(redis, messages, List.of(), 0) && queued(redis) > MOST_QUEUED) {
          await()
              .atMost(Duration.ofMinutes(10))
              .until(() -> end.getCount() == 0 || queued(redis) < MOST_QUEUED);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long queued(RedisClient redis) {
    try {
      return redis.llen("MESSAGES");
    } catch (JedisException e) {
      return 0;
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
