package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import io.messagelogger.testing.FeedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two servers on one queue, in whose way the other comes. The last tests kill one of them, add a
 * third, and kill the other.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoServersIT {
  private static final int LOAD = 20_000;
  private static final String TAKEN_OVER = "of a server that has gone";
  private static final String TOO_LATE = "was acknowledged before or taken over";

  private Services services;
  private Path folder;
  private Rule lateCommit;
  private Rule lateAcknowledge;
  private Rule held;
  private FaultServer one;
  private FaultServer two;
  private Oracle oracle;

  @BeforeAll
  void start() throws IOException {
    folder = Folder.create();
    services = Services.embedded(folder);
    lateCommit =
        Rule.delayWhenArmed(
            "late-commit", Steps.BEFORE_COMMIT, folder.resolve("late-commit"), 2000);
    lateAcknowledge =
        Rule.delayWhenArmed(
            "late-acknowledge", Steps.COMMITTED, folder.resolve("late-acknowledge"), 2000);
    held = Rule.delayWhenArmed("held", Steps.BEFORE_COMMIT, folder.resolve("held"), 60_000);
    one = FaultServer.start(services, List.of(lateCommit, lateAcknowledge));
    two = FaultServer.start(services, List.of(held));
  }

  @AfterAll
  void stop() throws IOException {
    one.close();
    two.close();
    services.close();
    Folder.delete(folder);
  }

  @BeforeEach
  void ready() {
    if (one.running()) { // the last test but one kills it
      one.client().awaitReady();
    }
    two.client().awaitReady();
    two.client().empty();
    oracle = new Oracle();
  }

  @Test
  @Order(1)
  void theSameMessagesArePushedAgainAndAgainByEverybody() throws Exception {
    int producers = 5;
    double stored = both("message_logger_stored_total");
    double duplicates = both("message_logger_duplicate_total");
    List<Minted> messages = Stream.generate(oracle::message).limit(10_000).toList();
    ExecutorService threads = Executors.newFixedThreadPool(producers);
    try {
      List<Future<?>> pushed = new ArrayList<>();
      for (int i = 0; i < producers; i++) {
        pushed.add(threads.submit(() -> pushInParts(messages)));
      }
      for (Future<?> one : pushed) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
    Oracle.awaitDrained(one.client().redis());
    await()
        .atMost(10, SECONDS)
        .untilAsserted(
            () -> {
              assertThat(both("message_logger_stored_total") - stored).isEqualTo(10_000);
              assertThat(both("message_logger_duplicate_total") - duplicates)
                  .isEqualTo((producers - 1) * 10_000);
            });
    oracle.judge(one.client());
  }

  @Test
  @Order(2)
  void oneSleepsLongerThanItsLeaseInTheMiddleOfATransaction() throws Exception {
    sleep(lateCommit, false);
  }

  @Test
  @Order(3)
  void oneSleepsLongerThanItsLeaseBeforeItAcknowledges() throws Exception {
    sleep(lateAcknowledge, true);
  }

  /** What the sleeper does when it wakes comes too late, and does no harm. */
  private void sleep(Rule rule, boolean untilTheOtherHasDone) throws Exception {
    long takenOver = two.said(TAKEN_OVER);
    long late = one.said(TOO_LATE);
    workUntil(rule);
    one.pause();
    try {
      await().atMost(60, SECONDS).until(() -> two.said(TAKEN_OVER) > takenOver);
      if (untilTheOtherHasDone) {
        Oracle.awaitDrained(two.client().redis());
      }
    } finally {
      one.resume();
    }
    await().atMost(30, SECONDS).until(() -> one.said(TOO_LATE) > late);
    oracle.judge(two.client());
  }

  @Test
  @Order(4)
  void oneIsKilledAndTheOtherTakesOver() throws Exception {
    long takenOver = two.said(TAKEN_OVER);
    AtomicInteger turns = new AtomicInteger();
    try (FeedReader witness =
            oracle.witness(() -> (turns.getAndIncrement() % 2 == 0 ? one : two).client().feed());
        FeedReader other = oracle.witness(two.client()::feed)) {
      await().atMost(30, SECONDS).until(() -> !witness.frames("caught_up").isEmpty());
      workUntil(lateCommit);
      one.kill();
      oracle.judge(two.client());
      oracle.judge(witness, two.client());
      oracle.judge(other, two.client());
      assertThat(witness.uuids()).as("in the same order").isEqualTo(other.uuids());
      assertThat(turns).as("it went over to the other server").hasValueGreaterThan(1);
    }
    assertThat(two.said(TAKEN_OVER)).isGreaterThan(takenOver);
    assertThat(two.client().metric("message_logger_reaps_total")).isPositive();
  }

  /** SeveralServers is the longer form of it. */
  @Test
  @Order(5)
  void oneComesAndTheOtherGoesUnderLoad() throws Exception {
    AtomicReference<FaultServer> at = new AtomicReference<>(two);
    try (Audience first = new Audience(oracle, at::get);
        FaultServer three = FaultServer.start(services)) {
      List<UUID> shown;
      try (Producer producer = new Producer(oracle, two.client().redis())) {
        three.client().awaitReady();
        awaitStoring(three);
        awaitStoring(two);
        Files.createFile(folder.resolve(held.name()));
        await().atMost(60, SECONDS).until(() -> two.said(held.marker()) > 0);
        two.kill();
        at.set(three);
        awaitStoring(three);
        producer.end();
      }
      try (Audience second = new Audience(oracle, () -> three)) {
        oracle.judge(three.client());
        shown = second.judge(oracle, three);
      }
      assertThat(first.judge(oracle, three)).as("the same at both").isEqualTo(shown);
      assertThat(three.said(TAKEN_OVER)).as("two was storing when it was killed").isPositive();
    }
  }

  private static void awaitStoring(FaultServer server) {
    double stored = server.client().metric("message_logger_stored_total");
    await()
        .atMost(60, SECONDS)
        .until(() -> server.client().metric("message_logger_stored_total") > stored);
  }

  /** Gives both work until the first one is held up at this step. */
  private void workUntil(Rule rule) throws IOException {
    long fired = one.said(rule.marker());
    Files.createFile(folder.resolve(rule.name()));
    oracle.push(two.client().redis(), LOAD);
    await().atMost(30, SECONDS).until(() -> one.said(rule.marker()) > fired);
  }

  private void pushInParts(List<Minted> messages) {
    for (int i = 0; i < messages.size(); i += 500) {
      oracle.push(one.client().redis(), messages.subList(i, i + 500), List.of(), 0);
    }
  }

  private double both(String metric) {
    return one.client().metric(metric) + two.client().metric(metric);
  }
}
