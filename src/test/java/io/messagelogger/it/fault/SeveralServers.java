package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.dev.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/**
 * One, two and three servers on one queue under load. They come one by one; each of these is killed
 * while it stores, and another comes in the place of the first two. Not a part of the tests, since
 * it starts five servers: {@code mvn -Pservers verify}.
 */
class SeveralServers {
  private static final Logger LOG = Logger.getLogger(SeveralServers.class.getName());
  private static final String TAKEN_OVER = "of a server that has gone";
  private static final int MOST = 3;
  private static final int KILLED = 3;

  private final List<Member> living = new ArrayList<>();
  private final List<Member> all = new ArrayList<>();
  private Path folder;
  private Services services;
  private RedisClient redis;
  private Oracle oracle;

  /**
   * A server, what holds it up before it commits, and those who listen to it, who go to another
   * when it is killed.
   */
  private record Member(
      FaultServer server, Rule held, Audience audience, AtomicReference<FaultServer> at) {}

  @BeforeEach
  void start() throws IOException {
    folder = Folder.create();
    services = Services.embedded(folder);
    redis = RedisClient.create("127.0.0.1", services.embeddedRedis().orElseThrow().port());
    oracle = new Oracle();
  }

  @AfterEach
  void stop() throws IOException {
    for (Member member : all) {
      member.audience().close();
      member.server().close();
    }
    redis.close();
    services.close();
    Folder.delete(folder);
  }

  @Test
  void theyComeAndAreKilledUnderLoad() throws Exception {
    try (Producer producer = new Producer(oracle, redis)) {
      while (living.size() < MOST) {
        add();
      }
      for (int i = 0; i < KILLED; i++) {
        kill(living.get(0));
        if (i + 1 < KILLED) {
          add();
        }
      }
      producer.end();
    }
    FaultServer last = living.get(0).server();
    oracle.judge(last.client());
    List<UUID> shown = living.get(0).audience().judge(oracle, last);
    for (Member member : all) {
      assertThat(member.audience().judge(oracle, last)).as("the same at each").isEqualTo(shown);
    }
    LOG.info("%d messages, each stored once and shown at each server".formatted(oracle.count()));
  }

  /** Another one, until all store. */
  private void add() throws IOException {
    int number = all.size() + 1;
    String name = "held-" + number;
    Rule held = Rule.delayWhenArmed(name, Steps.BEFORE_COMMIT, folder.resolve(name), 60_000);
    FaultServer server = FaultServer.start(services, List.of(held));
    AtomicReference<FaultServer> at = new AtomicReference<>(server);
    Member member = new Member(server, held, new Audience(oracle, at::get), at);
    all.add(member);
    living.add(member);
    server.client().awaitReady();
    living.forEach(one -> awaitStoring(one.server()));
  }

  /** Kills it in a transaction; the others take over what it has claimed, and go on. */
  private void kill(Member member) throws IOException {
    living.remove(member);
    long takenOver = takenOver();
    Files.createFile(folder.resolve(member.held().name()));
    await().atMost(60, SECONDS).until(() -> member.server().said(member.held().marker()) > 0);
    member.server().kill();
    FaultServer youngest = living.get(living.size() - 1).server();
    all.stream()
        .filter(one -> one.at().get() == member.server())
        .forEach(one -> one.at().set(youngest));
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() -> assertThat(takenOver()).as("it had a claim").isGreaterThan(takenOver));
    living.forEach(one -> awaitStoring(one.server()));
  }

  private long takenOver() {
    return living.stream().mapToLong(one -> one.server().said(TAKEN_OVER)).sum();
  }

  private static void awaitStoring(FaultServer server) {
    double stored = server.client().metric("message_logger_stored_total");
    await()
        .atMost(60, SECONDS)
        .until(() -> server.client().metric("message_logger_stored_total") > stored);
  }
}
