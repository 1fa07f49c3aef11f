package io.messagelogger.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.TestServices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/** The queue on a real Redis. Every test has a queue of its own. */
class ClaimQueueIT {
  private final String name = "test-" + UUID.randomUUID();
  private Redis redis;
  private Arrivals arrivals;
  private ClaimQueue queue;
  private Client client;

  @BeforeEach
  void connect() {
    Settings settings =
        TestServices.settings(
            "REDIS_QUEUE",
            name,
            "BATCH_SIZE",
            "10",
            "BATCH_BYTES",
            "1024",
            "MAX_MESSAGE_BYTES",
            "10000",
            "CLAIM_LEASE",
            "1");
    redis = new Redis(settings);
    arrivals = new Arrivals(redis, settings);
    queue = new ClaimQueue(redis, arrivals, settings);
    client = new Client(settings, 0);
  }

  @AfterEach
  void cleanUp() {
    client.redis().keys("*" + name + "*").forEach(client.redis()::del);
    redis.close();
    client.close();
  }

  @Test
  void theLongestWaitingComeFirst() {
    push(25);
    assertThat(texts(claim())).containsExactlyElementsOf(numbers(0, 10));
    assertThat(texts(claim())).containsExactlyElementsOf(numbers(10, 20));
    assertThat(texts(claim())).containsExactlyElementsOf(numbers(20, 25));
    assertThat(queue.claim(1)).isEmpty();
  }

  @Test
  void nothingIsTakenWhileFewerWaitThanAskedFor() {
    push(9);
    assertThat(queue.claim(10)).isEmpty();
    assertMeasure(9, 0, 0, 0);
    push(1);
    assertThat(queue.claim(10)).isPresent();
  }

  @Test
  void bytesAreLimitedToo() {
    for (int i = 0; i < 5; i++) {
      client.redis().lpush(name, "x".repeat(600));
    }
    assertThat(claim().payloads()).hasSize(2); // the one that passes the limit is the last
    client.redis().rpush(name, "y".repeat(5000));
    assertThat(texts(claim())).containsExactly("y".repeat(5000)); // one always fits
  }

  @Test
  void whatIsClaimedIsNoLongerQueuedButStillThere() {
    push(25);
    claim();
    assertMeasure(15, 1, 10, 10);
    claim();
    assertMeasure(5, 2, 20, 20);
  }

  @Test
  void acknowledgingDropsTheClaimAndPublishesAllButTheSilent() throws Exception {
    List<String> published =
        published(
            3,
            () -> {
              push(5);
              Claim claim = claim();
              assertThat(acknowledge(claim, Set.of(0, 3))).isTrue();
              assertMeasure(0, 0, 0, 5);
              assertNothingLeft();
              assertThat(acknowledge(claim, Set.of())).isFalse();
            });
    assertThat(published).containsExactly("1", "2", "4");
  }

  @Test
  void aClaimTellsWhetherAnythingWaitsBehindIt() {
    push(25);
    assertThat(claim().last()).isFalse();
    assertThat(claim().last()).isFalse();
    assertThat(claim().last()).isTrue();
    push(1);
    client.redis().lpush(name, "x".repeat(20_000));
    assertThat(claim().last()).as("one above the size limit waits").isFalse();
    assertThat(claim().last()).isTrue();
    assertThat(awaitReaped().last()).as("not known").isFalse();
  }

  /** A reply may be lost after each step; the step is taken again then. */
  @Test
  void acknowledgingInStepsPublishesEachOnce() throws Exception {
    Set<Integer> silent = Set.of(1, 4, 6);
    List<String> published =
        published(
            7,
            () -> {
              push(10);
              Claim claim = claim();
              assertThat(queue.acknowledge(claim, 0, 3, silent)).isTrue();
              assertThat(queue.acknowledge(claim, 0, 3, silent)).isTrue();
              assertMeasure(0, 1, 7, 10);
              assertThat(queue.acknowledge(claim, 3, 6, silent)).isTrue();
              assertThat(queue.acknowledge(claim, 3, 6, silent)).isTrue();
              assertThatThrownBy(() -> queue.acknowledge(claim, 0, 3, silent))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("holds 4 messages, not 10");
              assertThat(queue.acknowledge(claim, 6, 10, silent)).isTrue();
              assertThat(queue.acknowledge(claim, 6, 10, silent)).isFalse();
              assertNothingLeft();
            });
    assertThat(published).containsExactly("0", "2", "3", "5", "7", "8", "9");
  }

  /** More than the script reads at once, in steps that end somewhere in what it reads. */
  @Test
  void aLargeClaimIsPublishedInItsOrder() throws Exception {
    Set<Integer> silent = Set.of(0, 15, 16, 37, 52, 53, 79);
    List<String> expected = numbers(0, 80);
    silent.forEach(position -> expected.remove(Integer.toString(position)));
    Settings settings = TestServices.settings("REDIS_QUEUE", name, "BATCH_SIZE", "80");
    List<String> published =
        published(
            expected.size(),
            () -> {
              push(80);
              ClaimQueue large = new ClaimQueue(redis, new Arrivals(redis, settings), settings);
              Claim claim = large.claim(80).orElseThrow();
              assertThat(large.acknowledge(claim, 0, 37, silent)).isTrue();
              assertThat(large.acknowledge(claim, 37, 80, silent)).isTrue();
              assertNothingLeft();
            });
    assertThat(published).containsExactlyElementsOf(expected);
  }

  /** The next owner has only what was not published. */
  @Test
  void aClaimThatWasAcknowledgedInPartIsTakenOverInPart() {
    push(5);
    Claim claim = claim();
    assertThat(queue.acknowledge(claim, 0, 2, Set.of())).isTrue();
    Claim reaped = awaitReaped();
    assertThat(texts(reaped)).containsExactly("2", "3", "4");
    assertThat(queue.acknowledge(claim, 2, 5, Set.of())).isFalse();
    assertThat(acknowledge(reaped, Set.of())).isTrue();
    assertNothingLeft();
  }

  /** A claim that is empty before its time is not one that was acknowledged. */
  @Test
  void aClaimWhoseMessagesAreGoneIsLeftAlone() {
    push(3);
    Claim claim = claim();
    client.redis().del("{" + name + "}:claim:" + claim.id());
    assertThatThrownBy(() -> acknowledge(claim, Set.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds 0 messages, not 3");
    assertThat(queue.measure().claims()).isEqualTo(1);
  }

  /** What nobody has stored must not be dropped, however it came into the claim. */
  @Test
  void aClaimThatHoldsMoreThanWasStoredIsLeftAlone() {
    push(3);
    Claim claim = claim();
    client.redis().rpush("{" + name + "}:claim:" + claim.id(), "another");
    assertThatThrownBy(() -> acknowledge(claim, Set.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds 4 messages, not 3");
    assertThat(texts(awaitReaped())).containsExactly("0", "1", "2", "another");
  }

  @Test
  void releasingPutsEverythingBackInItsPlace() {
    push(25);
    Claim claim = claim();
    assertThat(queue.release(claim)).isTrue();
    assertThat(queue.release(claim)).isFalse();
    assertThat(texts(claim())).containsExactlyElementsOf(numbers(0, 10));
    assertThat(texts(claim())).containsExactlyElementsOf(numbers(10, 20));
  }

  @Test
  void aClaimIsTakenOverWhenItsLeaseHasEndedAndNotBefore() {
    push(3);
    Claim lost = claim();
    assertThat(queue.reap()).isEmpty();
    Claim reaped =
        await().atMost(Duration.ofSeconds(5)).until(queue::reap, r -> r.isPresent()).get();
    assertThat(reaped.origin()).isEqualTo(lost.origin());
    assertThat(reaped.reaps()).isEqualTo(1);
    assertThat(texts(reaped)).containsExactly("0", "1", "2");
    assertThat(queue.reap()).isEmpty();

    assertThat(queue.renew(lost)).isFalse();
    assertThat(acknowledge(lost, Set.of())).isFalse();
    assertThat(queue.release(lost)).isFalse();
    assertMeasure(0, 1, 3, 3);
    assertThat(acknowledge(reaped, Set.of())).isTrue();
  }

  @Test
  void renewingKeepsTheClaim() {
    push(1);
    Claim claim = claim();
    await()
        .during(Duration.ofMillis(2500))
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> queue.renew(claim) && queue.reap().isEmpty());
    assertThat(acknowledge(claim, Set.of())).isTrue();
  }

  /** Redis' clock is set back by an hour: leases end an hour ahead. */
  @Test
  void aDeadServersClaimIsTakenOverAlthoughTheClockWasSetBack() {
    push(20);
    Claim dead = claim();
    Claim alive = claim();
    Map<String, Double> ahead = new HashMap<>();
    for (Claim claim : List.of(dead, alive)) {
      ahead.put(claim.id(), System.currentTimeMillis() + 3_600_000.0);
    }
    client.redis().zadd(register(), ahead);
    assertThat(queue.reap()).as("an owner has one lease to renew").isEmpty();
    assertThat(queue.renew(alive)).isTrue();
    Claim taken =
        await()
            .atMost(Duration.ofSeconds(10))
            .until(
                () -> {
                  assertThat(queue.renew(alive)).isTrue();
                  return queue.reap();
                },
                Optional::isPresent)
            .get();
    assertThat(taken.origin()).isEqualTo(dead.origin());
    assertThat(queue.renew(dead)).isFalse();
  }

  private String register() {
    return "{" + name + "}:claims";
  }

  @Test
  void waitingChangesNothing() throws Exception {
    assertThat(arrivals.awaitMessage(Duration.ofMillis(50))).isFalse();
    push(3);
    assertThat(arrivals.awaitMessage(Duration.ofSeconds(5))).isTrue();
    assertThat(client.redis().lrange(name, 0, -1)).containsExactly("2", "1", "0");
  }

  @Test
  void waitingEndsWhenAMessageComes() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    Future<Boolean> waiting = executor.submit(() -> arrivals.awaitMessage(Duration.ofSeconds(8)));
    push(1);
    assertThat(waiting.get()).isTrue();
    executor.shutdown();
  }

  @Test
  void bytesComeThroughAsTheyAre() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < 256; i++) {
      bytes[i] = (byte) i;
    }
    queue.push(List.of(bytes));
    assertThat(claim().payloads().get(0)).isEqualTo(bytes);
  }

  @Test
  void theScriptsSurviveAFlushOfTheScriptCache() {
    push(20);
    claim();
    client.redis().scriptFlush("any");
    assertThat(texts(claim())).hasSize(10);
  }

  /** Invariant: every message is claimed by exactly one of many claimers at once. */
  @Test
  void claimersNeverShareAMessage() throws Exception {
    int count = 5000;
    push(count);
    Map<String, Integer> claims = new ConcurrentHashMap<>();
    ExecutorService executor = Executors.newFixedThreadPool(8);
    List<Future<?>> claimers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      claimers.add(
          executor.submit(
              () -> {
                for (var claim = queue.claim(1); claim.isPresent(); claim = queue.claim(1)) {
                  texts(claim.get()).forEach(text -> claims.merge(text, 1, Integer::sum));
                  acknowledge(claim.get(), Set.of());
                }
              }));
    }
    for (Future<?> claimer : claimers) {
      claimer.get();
    }
    executor.shutdown();
    assertThat(claims).hasSize(count).allSatisfy((text, times) -> assertThat(times).isEqualTo(1));
    assertMeasure(0, 0, 0, count);
  }

  /** The whole point of the flag allow-oom: a Redis at its limit can still be drained. */
  @Test
  void aFullRedisIsDrained() throws Exception {
    push(20);
    RedisClient admin = client.redis();
    String limit = admin.configGet("maxmemory").get("maxmemory");
    admin.configSet("maxmemory", "1");
    try {
      assertThat(arrivals.awaitMessage(Duration.ofMillis(100))).isTrue();
      Claim claim = claim();
      assertThat(queue.renew(claim)).isTrue();
      assertThat(acknowledge(claim, Set.of())).isTrue();
      Claim back = claim();
      assertThat(queue.release(back)).isTrue();
      assertMeasure(10, 0, 0, 10);
    } finally {
      admin.configSet("maxmemory", limit);
    }
  }

  @Test
  void aWrongTypeOfKeyIsSaid() {
    assertThat(queue.measure().queued()).isZero();
    client.redis().set(name, "text");
    assertThatThrownBy(() -> queue.claim(1))
        .isInstanceOf(QueueUnavailableException.class)
        .hasMessageContaining("WRONGTYPE");
    assertThat(queue.answers()).as("a refusal is an answer").isTrue();
  }

  @Test
  void aMessageAboveTheSizeLimitHasAClaimToItselfAndStaysInRedis() {
    String large = "abcdefgh".repeat(2000);
    push(2);
    client.redis().lpush(name, large);
    push(1);
    assertThat(texts(claim())).containsExactly("0", "1");

    Claim claim = claim();
    assertThat(claim.large()).isTrue();
    assertThat(claim.largeBytes()).isEqualTo(large.length());
    assertThat(claim.size()).isEqualTo(1);
    assertThat(claim.payloads()).isEmpty();
    assertThat(text(queue.read(claim, 0, 11))).isEqualTo("abcdefghabc");
    assertThat(text(queue.read(claim, 15_998, 100))).isEqualTo("gh");
    assertMeasure(1, 2, 3, 3);

    assertThat(texts(claim())).containsExactly("2");
    assertThat(acknowledge(claim, Set.of(0))).isTrue();
    assertThatThrownBy(() -> queue.read(claim, 0, 10))
        .isInstanceOf(QueueUnavailableException.class)
        .hasMessageContaining("no longer there");
  }

  @Test
  void oneAboveTheSizeLimitStaysSoWhenItIsTakenOver() {
    client.redis().lpush(name, "x".repeat(20_000));
    claim();
    Claim reaped = awaitReaped();
    assertThat(reaped.largeBytes()).isEqualTo(20_000);
    assertThat(queue.release(reaped)).isTrue();
    assertThat(client.redis().lrange(name, 0, -1)).containsExactly("x".repeat(20_000));
  }

  @Test
  void anAbandonedClaimIsTakenOverAtOnce() {
    push(3);
    Claim claim = claim();
    assertThat(queue.abandon(claim)).isTrue();
    Claim next = queue.reap().orElseThrow();
    assertThat(texts(next)).containsExactly("0", "1", "2");
    assertThat(next.deaths()).isZero();
    assertThat(queue.abandon(claim)).as("the one that gave it up has no more say").isFalse();
  }

  @Test
  void anAttemptThatDoesNotEndIsADeath() {
    push(3);
    Claim claim = claim();
    queue.noteRisk(claim);
    queue.takeBackRisk(claim);
    Claim second = awaitReaped();
    assertThat(second.deaths()).isZero();
    queue.noteRisk(second);
    Claim third = awaitReaped();
    assertThat(third.deaths()).isEqualTo(1);
    queue.noteRisk(second); // the former owner is not asked any more
    queue.takeBackRisk(second);
    queue.noteRisk(third);
    Claim fourth = awaitReaped();
    assertThat(fourth.deaths()).isEqualTo(2);
    assertThat(fourth.reaps()).isEqualTo(3);
    acknowledge(fourth, Set.of());
    assertNothingLeft();
  }

  @Test
  void aSplitClaimIsSeveralThatCanBeTakenOverAtOnce() {
    push(10);
    Claim claim = claim();
    assertThat(queue.split(claim, 4, 1)).isTrue();
    assertThat(queue.split(claim, 4, 1)).isFalse();
    assertMeasure(0, 4, 10, 10);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Claim part = queue.reap().orElseThrow();
      assertThat(part.deaths()).isEqualTo(1);
      assertThat(part.reaps()).as("goes on counting").isEqualTo(claim.reaps() + 1);
      assertThat(part.size()).isBetween(1, 3);
      all.addAll(texts(part));
      assertThat(acknowledge(part, Set.of())).isTrue();
    }
    assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(0, 10));
    assertNothingLeft();
  }

  @Test
  void aClaimIsNotSplitIntoMorePartsThanItHasMessages() {
    push(3);
    assertThat(queue.split(claim(), 32, 1)).isTrue();
    assertMeasure(0, 3, 3, 3);
  }

  @Test
  void whatIsTakenIsCountedUntilAllIsDone() {
    push(12);
    Claim first = claim();
    Claim second = claim();
    assertThat(queue.measure().taken()).isEqualTo(12);
    queue.release(second);
    assertThat(queue.measure().taken()).isEqualTo(10);
    acknowledge(first, Set.of());
    assertThat(queue.measure().taken()).as("some still wait").isEqualTo(10);
    acknowledge(claim(), Set.of());
    assertThat(queue.measure().taken()).isEqualTo(12);
    assertNothingLeft();
    push(1);
    claim();
    assertThat(client.redis().ttl("{" + name + "}:taken")).as("goes on").isEqualTo(-1);
    assertThat(queue.measure().taken()).isEqualTo(13);
  }

  /** A channel may be forbidden where the list is not; the claim must not be left half dropped. */
  @Test
  void aChannelThatMayNotBeUsedIsPassedOver() {
    String user = "u" + name.replace("-", "");
    client
        .redis()
        .executeCommand(
            new CommandArguments(Protocol.Command.ACL)
                .addObjects("SETUSER", user, "on", ">pw", "~*", "+@all", "resetchannels"));
    Settings here = TestServices.settings("REDIS_QUEUE", name);
    Redis limited =
        new Redis(
            TestServices.settings(
                "REDIS_QUEUE",
                name,
                "REDIS_URL",
                "redis://%s:pw@%s:%d"
                    .formatted(
                        user, here.text(Setting.REDIS_HOST), here.count(Setting.REDIS_PORT))));
    try {
      ClaimQueue other = new ClaimQueue(limited, new Arrivals(limited, here), here);
      push(3);
      Claim claim = other.claim(1).orElseThrow();
      assertThat(other.acknowledge(claim, 0, 3, Set.of())).isTrue();
      assertNothingLeft();
    } finally {
      limited.close();
      client
          .redis()
          .executeCommand(new CommandArguments(Protocol.Command.ACL).add("DELUSER").add(user));
    }
  }

  private void assertMeasure(long queued, long claims, long claimed, long taken) {
    ClaimQueue.Measure measure = queue.measure();
    assertThat(measure)
        .isEqualTo(new ClaimQueue.Measure(queued, claims, claimed, taken, measure.time()));
    assertThat(measure.time()).isCloseTo(Instant.now(), within(5, ChronoUnit.SECONDS));
  }

  private void assertNothingLeft() {
    assertThat(client.redis().llen(name)).isZero();
    String taken = "{" + name + "}:taken";
    assertThat(client.redis().keys("*" + name + "*")).isSubsetOf(taken);
    assertThat(client.redis().ttl(taken)).as("it goes after a while").isNotEqualTo(-1);
  }

  private Claim awaitReaped() {
    return await().atMost(Duration.ofSeconds(5)).until(queue::reap, r -> r.isPresent()).get();
  }

  private Claim claim() {
    return queue.claim(1).orElseThrow();
  }

  private int pushed;

  private void push(int count) {
    for (int i = 0; i < count; i++) {
      client.redis().lpush(name, Integer.toString(pushed++));
    }
  }

  private static List<String> numbers(int from, int to) {
    List<String> numbers = new ArrayList<>();
    for (int i = from; i < to; i++) {
      numbers.add(Integer.toString(i));
    }
    return numbers;
  }

  private static List<String> texts(Claim claim) {
    return claim.payloads().stream().map(ClaimQueueIT::text).toList();
  }

  private static String text(byte[] payload) {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** So many messages that are published while this runs, in their order. */
  private List<String> published(int count, Runnable run) throws Exception {
    List<String> published = new ArrayList<>();
    CountDownLatch subscribed = new CountDownLatch(1);
    BinaryJedisPubSub subscriber =
        new BinaryJedisPubSub() {
          @Override
          public void onSubscribe(byte[] channel, int channels) {
            subscribed.countDown();
          }

          @Override
          public void onMessage(byte[] channel, byte[] payload) {
            published.add(text(payload));
            if (published.size() == count) {
              unsubscribe();
            }
          }
        };
    ExecutorService executor = Executors.newSingleThreadExecutor();
    Future<?> subscription =
        executor.submit(
            () -> client.redis().subscribe(subscriber, name.getBytes(StandardCharsets.UTF_8)));
    subscribed.await();
    run.run();
    subscription.get(10, TimeUnit.SECONDS);
    executor.shutdown();
    return published;
  }

  private boolean acknowledge(Claim claim, Set<Integer> silent) {
    return queue.acknowledge(claim, 0, claim.size(), silent);
  }
}
