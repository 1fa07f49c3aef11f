package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import io.messagelogger.testing.FeedReader;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Mints messages, records those whose push Redis has acknowledged, and judges what the service made
 * of them. A push of which no reply came may have been done or not: such messages may be stored,
 * once, or not at all. Thread-safe for pushing; one thread judges, when nobody pushes.
 */
final class Oracle {
  private static final int A_SAMPLE = 500;
  private static final long REPLICATION_MILLIS = 1000;

  private final Minted.Mint mint = new Minted.Mint("oracle-" + UUID.randomUUID());
  private final Map<UUID, Minted> acknowledged = new HashMap<>();
  private final Map<UUID, Minted> unheard = new HashMap<>();
  private final Map<Bytes, Dead> dead = new HashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final List<String> queues;

  /** A message that must become a dead letter, and how. Immutable. */
  record Poison(byte[] payload, String kind) {}

  /** A dead letter that must be there: its kind and how many times it was pushed. */
  private record Dead(String kind, int occurrences) {}

  /** An oracle for the queue MESSAGES. */
  Oracle() {
    this("MESSAGES");
  }

  /** An oracle for these queues. */
  Oracle(String... queues) {
    this.queues = List.of(queues);
  }

  /** A message that this oracle answers for once it is pushed. */
  Minted message() {
    return mint.next();
  }

  /** A message that no rule of the service refuses; a constraint of the database does, by topic. */
  Poison refused(String topic) {
    Map<String, String> more = Map.of("topic", Client.quote(topic));
    String json = Client.message(UUID.randomUUID(), source(), more);
    return new Poison(json.getBytes(StandardCharsets.UTF_8), "refused");
  }

  /** Who has sent all the messages of this oracle. */
  String source() {
    return mint.source();
  }

  /** How many messages and dead letters Redis has acknowledged. */
  synchronized int count() {
    return acknowledged.size() + dead.values().stream().mapToInt(Dead::occurrences).sum();
  }

  /** How many pushes were refused or not heard of. */
  int failures() {
    return failures.get();
  }

  /**
   * Pushes so many messages in one command, so that no server takes some before all are there;
   * whether Redis has acknowledged them.
   */
  boolean push(UnifiedJedis redis, int count) {
    return push(redis, queues.get(0), count);
  }

  /** Pushes so many messages onto one of the queues. */
  boolean push(UnifiedJedis redis, String queue, int count) {
    List<Minted> minted = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      minted.add(i % A_SAMPLE == 0 ? mint.sample() : mint.next());
    }
    return push(redis, queue, minted, List.of(), 0);
  }

  /** Pushes these in one command, in which the poison has that position. */
  boolean push(UnifiedJedis redis, List<Minted> messages, List<Poison> poison, int position) {
    return push(redis, queues.get(0), messages, poison, position);
  }

  private boolean push(
      UnifiedJedis redis, String queue, List<Minted> messages, List<Poison> poison, int position) {
    List<byte[]> payloads = new ArrayList<>(messages.stream().map(Minted::payload).toList());
    payloads.addAll(position, poison.stream().map(Poison::payload).toList());
    try {
      redis.lpush(queue.getBytes(StandardCharsets.UTF_8), payloads.toArray(byte[][]::new));
    } catch (JedisDataException e) { // an answer: it was not done
      failures.incrementAndGet();
      return false;
    } catch (JedisException e) {
      assertThat(poison).as("poison is pushed where Redis works").isEmpty();
      failures.incrementAndGet();
      record(unheard, messages);
      return false;
    }
    record(acknowledged, messages);
    poison.forEach(this::expectDead);
    return true;
  }

  /**
   * Pushes messages, and takes only those for acknowledged that so many replicas have, too: what no
   * replica has may be lost with its master. Returns whether they are.
   */
  boolean pushReplicated(Jedis master, String queue, int count, int replicas) {
    List<Minted> minted = Stream.generate(mint::next).limit(count).toList();
    try {
      master.lpush(
          queue.getBytes(StandardCharsets.UTF_8),
          minted.stream().map(Minted::payload).toArray(byte[][]::new));
    } catch (JedisDataException e) { // an answer: it was not done
      failures.incrementAndGet();
      return false;
    } catch (JedisException e) {
      failures.incrementAndGet();
      record(unheard, minted);
      return false;
    }
    boolean replicated = false;
    try {
      replicated = master.waitReplicas(replicas, REPLICATION_MILLIS) >= replicas;
    } catch (JedisException e) {
      failures.incrementAndGet();
    }
    record(replicated ? acknowledged : unheard, minted);
    return replicated;
  }

  /** Pushes messages that may be lost; which these are. */
  List<Minted> pushUnreplicated(Jedis master, String queue, int count) {
    List<Minted> minted = Stream.generate(mint::next).limit(count).toList();
    master.lpush(
        queue.getBytes(StandardCharsets.UTF_8),
        minted.stream().map(Minted::payload).toArray(byte[][]::new));
    record(unheard, minted);
    return minted;
  }

  private synchronized void record(Map<UUID, Minted> where, List<Minted> messages) {
    messages.forEach(message -> where.put(message.uuid(), message));
  }

  private synchronized void expectDead(Poison poison) {
    dead.merge(
        new Bytes(poison.payload()),
        new Dead(poison.kind(), 1),
        (a, b) -> new Dead(a.kind(), a.occurrences() + b.occurrences()));
  }

  /** Waits until nothing is queued or claimed. */
  static void awaitDrained(UnifiedJedis redis) {
    await().atMost(180, SECONDS).ignoreExceptions().until(new Claims(redis)::drained);
  }

  /** Waits for the end of the work, then judges all that is in the database and in Redis. */
  void judge(Client client) {
    judge(client, client.redis());
  }

  /** The same where the server has another Redis than its client. */
  void judge(Client client, UnifiedJedis redis) {
    awaitAllDrained(redis);
    Minted fresh = mint.sample();
    assertThat(push(redis, List.of(fresh), List.of(), 0)).isTrue();
    client.awaitStored(fresh.uuid().toString());
    judge(client::connection, redis);
    judgeAnswer(client);
  }

  /** Where the database is. */
  @FunctionalInterface
  interface Source {
    Connection connection() throws SQLException;
  }

  /** Waits for the end of the work, then judges what is in the database and in Redis. */
  void judge(Source database, UnifiedJedis redis) {
    awaitAllDrained(redis);
    judgeRows(database);
    judgeDeadLetters(database);
    for (String queue : queues) {
      assertThat(new Claims(redis, queue).strays()).as("no claim left behind").isEmpty();
    }
  }

  private void awaitAllDrained(UnifiedJedis redis) {
    for (String queue : queues) {
      await().atMost(180, SECONDS).ignoreExceptions().until(new Claims(redis, queue)::drained);
    }
  }

  private synchronized void judgeRows(Source database) {
    assertThat(count()).as("something was pushed").isPositive();
    try (Ledger ledger = new Ledger(database)) {
      ledger.expect(acknowledged.values(), true);
      ledger.expect(unheard.values(), false);
      assertThat(ledger.missing()).as("nothing missing of " + count()).isEmpty();
      assertThat(ledger.invented()).as("nothing invented").isEmpty();
      assertThat(ledger.twice()).as("nothing twice").isEmpty();
      assertThat(ledger.changed()).as("content").isEmpty();
      assertThat(ledger.edgesMissing()).as("edges missing").isEmpty();
      assertThat(ledger.edgesInvented()).as("edges invented").isEmpty();
      assertThat(ledger.keysWithoutRow()).as("keys without a row or rows without a key").isEmpty();
    }
  }

  private synchronized void judgeDeadLetters(Source database) {
    try (Ledger ledger = new Ledger(database)) {
      Map<Bytes, Dead> found = new HashMap<>();
      ledger.forEachDeadLetter(
          (payload, kind, occurrences) ->
              found.put(new Bytes(payload), new Dead(kind, Math.toIntExact(occurrences))));
      assertThat(found).as("dead letters").isEqualTo(dead);
    }
  }

  /** A client of the feed that is shown the messages of this oracle, and connects again always. */
  FeedReader witness(Supplier<URI> feed) {
    return new FeedReader(
            feed, "since=1h&source=" + URLEncoder.encode(source(), StandardCharsets.UTF_8))
        .connectAlways();
  }

  /** Waits until the witness has been shown all that was stored: each once, and nothing else. */
  void judge(FeedReader witness, Client client) {
    Set<UUID> stored = new HashSet<>(uuids());
    synchronized (this) {
      unheard.keySet().stream()
          .filter(uuid -> client.get("/messages/" + uuid).statusCode() == 200)
          .forEach(stored::add);
    }
    await()
        .atMost(60, SECONDS)
        .untilAsserted(
            () ->
                assertThat(witness.uuids().size())
                    .as("shown of what is stored")
                    .isGreaterThanOrEqualTo(stored.size()));
    assertThat(witness.uuids()).as("shown once").doesNotHaveDuplicates();
    assertThat(Set.copyOf(witness.uuids())).as("shown").isEqualTo(stored);
  }

  /** What the service itself answers about some of the messages. */
  private synchronized void judgeAnswer(Client client) {
    Set<String> found = new HashSet<>();
    for (JsonValue value : client.subject(mint.sampleSubject())) {
      String uuid = value.asJsonObject().getString("message_uuid");
      assertThat(found.add(uuid)).as("answered once: " + uuid).isTrue();
      assertThat(value.asJsonObject().getString("source_subject_id")).isEqualTo(source());
    }
    assertThat(found).as("answered by subject").containsAll(samples(acknowledged));
    found.removeAll(samples(acknowledged));
    assertThat(samples(unheard)).as("answered and not pushed").containsAll(found);
  }

  private static Set<String> samples(Map<UUID, Minted> messages) {
    return messages.values().stream()
        .filter(Minted::sample)
        .map(message -> message.uuid().toString())
        .collect(Collectors.toSet());
  }

  /** The uuids of the messages that Redis has acknowledged. */
  synchronized Set<UUID> uuids() {
    return Set.copyOf(acknowledged.keySet());
  }

  /** Bytes that are equal when what they hold is. */
  private record Bytes(byte[] value) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      String text = new String(value, StandardCharsets.UTF_8);
      return text.length() <= 300 ? text : text.substring(0, 300) + "… (" + value.length + ")";
    }
  }
}
