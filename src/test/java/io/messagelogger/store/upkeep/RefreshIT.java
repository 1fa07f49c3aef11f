package io.messagelogger.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.Name;
import io.messagelogger.message.Message;
import io.messagelogger.store.Database;
import io.messagelogger.store.finding.Counting;
import io.messagelogger.store.finding.Counts;
import io.messagelogger.store.finding.Facts;
import io.messagelogger.store.finding.Summary;
import io.messagelogger.store.rollup.Fact;
import io.messagelogger.store.rollup.Hours;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Statistics of hours that were counted are those of all messages, whatever happened to these: an
 * oracle in memory has every message. On a real database of either kind.
 */
class RefreshIT {
  private static final List<Kind> KINDS =
      List.of(Kind.TOPIC, Kind.TYPE, Kind.SOURCE, Kind.DESTINATION, Kind.PAIR);

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
  private final Instant older = now.minus(Duration.ofDays(3)).minusSeconds(1_234);
  private final Random random = new Random(20);
  private final Map<UUID, Message> oracle = new LinkedHashMap<>();

  private FreshDatabase fresh;
  private Transactions transactions;
  private Database database;
  private Facts facts;
  private Refresh refresh;

  @BeforeEach
  void create() throws SQLException {
    fresh = new FreshDatabase();
    transactions = new Transactions(fresh.source());
    database = fresh.started("ERASURE", "on");
    facts = new Facts(database);
    refresh = new Refresh(database, facts);
  }

  @AfterEach
  void drop() throws SQLException {
    fresh.close();
  }

  private Message message(Instant time) {
    Instant ackTs =
        random.nextInt(4) == 0 ? null : time.plusNanos(1_000L * random.nextInt(90_000_000));
    int recipients = random.nextInt(4);
    List<String> destinations = new ArrayList<>();
    for (int i = 0; i < recipients; i++) {
      destinations.add("d" + random.nextInt(5));
    }
    return new Message(
        UUID.randomUUID(),
        time,
        ackTs,
        "{\"a\": %d}".formatted(random.nextInt()),
        "s" + random.nextInt(6),
        recipients == 0 ? null : destinations,
        random.nextInt(5) == 0 ? null : "t" + random.nextInt(4),
        random.nextInt(5) == 0 ? null : "y" + random.nextInt(3),
        null);
  }

  private static Message acknowledged(Message m, Instant ackTs) {
    return new Message(
        m.messageUuid(),
        m.originTs(),
        ackTs,
        m.messageData(),
        m.sourceSubjectId(),
        m.destinationSubjectIds(),
        m.topic(),
        m.messageType(),
        m.messageMetadata());
  }

  /** Mostly of the last days, some of this hour, some of long ago. */
  private Instant time() {
    return switch (random.nextInt(12)) {
      case 0 -> now.minusSeconds(random.nextInt(3_600));
      case 1 -> now.minus(Duration.ofDays(random.nextInt(40))).minusSeconds(random.nextInt(9_999));
      case 2 -> now.minus(Duration.ofDays(3_000)).plusSeconds(random.nextInt(7_200));
      default -> now.minusSeconds(random.nextInt(10 * 86_400));
    };
  }

  private List<Message> messages(int count) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(message(time()));
    }
    return messages;
  }

  private void write(List<Message> messages) throws SQLException {
    FreshDatabase.write(transactions, new BatchWriter(database), messages);
    messages.forEach(m -> oracle.put(m.messageUuid(), m));
  }

  private void look() {
    while (refresh.step().more()) {
      assertThat(refresh).isNotNull();
    }
  }

  /** Others may have transactions open in the same server, which end. */
  private void refresh() throws SQLException {
    String settled =
        "SELECT count(*) FROM message_rollup_state WHERE settled_at > to_timestamp(%d / 1e6)"
            .formatted(fresh.count("SELECT (extract(epoch FROM clock_timestamp()) * 1e6)::bigint"));
    await().atMost(Duration.ofMinutes(2)).until(() -> looked(settled));
    look();
  }

  private boolean looked(String settled) throws SQLException {
    look();
    return fresh.count(settled) == 1;
  }

  private long counted() throws SQLException {
    return fresh.count("SELECT count(*) FROM message_rollup WHERE kind = 'total' AND grain = 1");
  }

  private List<Message> meant(Filter filter) {
    return oracle.values().stream().filter(filter::matches).toList();
  }

  private static List<String> terms(Kind kind, Message m) {
    List<String> recipients =
        m.destinationSubjectIds() == null
            ? List.of()
            : m.destinationSubjectIds().stream().distinct().toList();
    return switch (kind) {
      case TOTAL -> List.of("");
      case TOPIC -> List.of(String.valueOf(m.topic()));
      case TYPE -> List.of(String.valueOf(m.messageType()));
      case SOURCE -> List.of(String.valueOf(m.sourceSubjectId()));
      case DESTINATION -> recipients.isEmpty() ? List.of("null") : recipients;
      case PAIR ->
          recipients.isEmpty()
              ? List.of(m.sourceSubjectId() + ">null")
              : recipients.stream().map(r -> m.sourceSubjectId() + ">" + r).toList();
    };
  }

  private void agrees(Summary summary, List<Message> messages, String what) {
    assertThat(summary.messages()).as(what).isEqualTo(messages.size());
    List<Double> times =
        messages.stream()
            .filter(m -> m.ackTs() != null)
            .map(m -> ChronoUnit.MICROS.between(m.originTs(), m.ackTs()) / 1_000.0)
            .sorted()
            .toList();
    assertThat(summary.unacknowledged()).as(what).isEqualTo(messages.size() - times.size());
    Summary.AckTimes taken = summary.ackTimes();
    if (times.isEmpty()) {
      assertThat(taken).as(what).isNull();
      return;
    }
    assertThat(taken).as(what).isNotNull();
    assertThat(taken.count()).as(what).isEqualTo(times.size());
    assertThat(taken.max()).as(what).isEqualTo(times.get(times.size() - 1));
    near(taken.p50(), times, 0.50, what);
    near(taken.p95(), times, 0.95, what);
    near(taken.p99(), times, 0.99, what);
  }

  private static void near(double time, List<Double> sorted, double share, String what) {
    double exact = sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    assertThat(time).as(what).isCloseTo(exact, within(0.0101 * exact));
  }

  /** Whether every question has the answer that the oracle has. */
  private void agrees(Filter filter, @Nullable Kind by) throws SQLException {
    Counts counts = new Counting(database, facts).count(filter, Scope.ALL, older, by);
    List<Message> meant = meant(filter);
    String what = filter + " by " + by;
    agrees(counts.total(), meant, what);
    assertThat(counts.total().unacknowledgedOlder())
        .as(what)
        .isEqualTo(
            meant.stream().filter(m -> m.ackTs() == null && m.originTs().isBefore(older)).count());
    assertThat(counts.total().first())
        .as(what)
        .isEqualTo(meant.stream().map(Message::originTs).min(Comparator.naturalOrder()).get());
    assertThat(counts.total().last())
        .as(what)
        .isEqualTo(meant.stream().map(Message::originTs).max(Comparator.naturalOrder()).get());
    if (by != null) {
      groupsAgree(counts, by, meant, what);
    }
    assertThat(counts.estimated()).as(what).isFalse();
  }

  private void groupsAgree(Counts counts, Kind by, List<Message> meant, String what) {
    Map<String, List<Message>> expected = new TreeMap<>();
    for (Message message : meant) {
      terms(by, message)
          .forEach(term -> expected.computeIfAbsent(term, t -> new ArrayList<>()).add(message));
    }
    Counts.Groups groups = counts.groups(by, 4, term -> true);
    assertThat(groups.shown()).hasSize(Math.min(4, expected.size()));
    long shown = 0;
    long smallest = Long.MAX_VALUE;
    List<String> names = new ArrayList<>();
    for (Counts.Group group : groups.shown()) {
      String name =
          by == Kind.PAIR
              ? group.term().first() + ">" + group.term().second()
              : String.valueOf(group.term().first());
      names.add(name);
      agrees(group.summary(), expected.getOrDefault(name, List.of()), what + ": " + name);
      shown += group.summary().messages();
      smallest = Math.min(smallest, group.summary().messages());
    }
    long all = expected.values().stream().mapToLong(List::size).sum();
    assertThat(groups.rest()).as(what).isEqualTo(all - shown);
    assertThat(groups.others()).as(what).isEqualTo(expected.size() - groups.shown().size());
    for (Map.Entry<String, List<Message>> group : expected.entrySet()) {
      if (!names.contains(group.getKey())) {
        assertThat(group.getValue().size()).as(what).isLessThanOrEqualTo((int) smallest);
      }
    }
    for (long seconds : new long[] {3_600, 21_600, 86_400, 2_592_000, 31_536_000}) {
      var buckets =
          counts.buckets(seconds, by, groups.shown().stream().map(Counts.Group::term).toList());
      Map<Long, List<Message>> byTime = new TreeMap<>();
      for (Message message : meant) {
        long start = Math.floorDiv(message.originTs().getEpochSecond(), seconds) * seconds;
        byTime.computeIfAbsent(start, s -> new ArrayList<>()).add(message);
      }
      assertThat(buckets.keySet()).as(what).isEqualTo(byTime.keySet());
      buckets.forEach(
          (start, bucket) -> {
            List<Message> inside = byTime.get(start);
            agrees(bucket.summary(), inside, what + " at " + start);
            List<Long> counted = new ArrayList<>();
            for (String name : names) {
              counted.add(inside.stream().filter(m -> terms(by, m).contains(name)).count());
            }
            long sum = counted.stream().mapToLong(Long::longValue).sum();
            counted.add(inside.stream().mapToLong(m -> terms(by, m).size()).sum() - sum);
            assertThat(bucket.counts()).as(what + " at " + start).isEqualTo(counted);
          });
    }
  }

  private static Filter names(Field field, boolean negated, String... names) {
    List<Name> all = new ArrayList<>();
    for (String name : names) {
      all.add(
          name.endsWith("*")
              ? Name.startingWith(name.substring(0, name.length() - 1))
              : Name.exactly(name));
    }
    return Filter.of(new Criterion.Named(field, negated, all));
  }

  private void everythingAgrees() throws SQLException {
    Instant since = now.minusSeconds(8 * 86_400 + 1_777);
    Instant until = now.minusSeconds(7_777);
    for (Kind by : KINDS) {
      agrees(Filter.ALL, by);
    }
    Filter some = Filter.of(new Criterion.Since(since), new Criterion.Until(until));
    agrees(some, Kind.PAIR);
    agrees(names(Field.TOPIC, false, "t1", "t2"), Kind.TOPIC);
    agrees(names(Field.TOPIC, true, "t1"), Kind.TOPIC);
    agrees(names(Field.TYPE, false, "y*"), null);
    agrees(names(Field.SOURCE, false, "s1", "s2"), Kind.DESTINATION);
    agrees(names(Field.SOURCE, true, "s3"), Kind.PAIR);
    agrees(names(Field.DESTINATION, false, "d1"), Kind.SOURCE);
    agrees(names(Field.DESTINATION, false, "d1", "d2"), Kind.SOURCE);
    agrees(names(Field.TOPIC, false, "t1").and(new Criterion.Since(since)), Kind.SOURCE);
  }

  @Test
  void whateverHappensTheAnswerIsThatOfAllMessages() throws SQLException {
    write(messages(3_500));
    refresh();
    assertThat(counted()).isGreaterThan(100);
    assertThat(fresh.count("SELECT count(*) FROM message_rollup WHERE grain = 24")).isPositive();
    assertThat(fresh.count("SELECT count(*) FROM message_rollup WHERE grain = 720")).isPositive();
    everythingAgrees();
    Erasure erasure = new Erasure(database);
    for (int round = 0; round < 2; round++) {
      List<Message> batch = messages(150);
      for (Message known : List.copyOf(oracle.values())) {
        if (known.ackTs() == null && random.nextInt(20) == 0) {
          batch.add(acknowledged(known, known.originTs().plusSeconds(random.nextInt(100_000))));
        }
      }
      write(batch);
      for (UUID uuid : List.copyOf(oracle.keySet())) {
        if (random.nextInt(200) == 0) {
          assertThat(transactions.<Boolean>run(() -> erasure.erase(uuid))).isTrue();
          oracle.remove(uuid);
        }
      }
      assertThat(fresh.count("SELECT count(*) FROM message_rollup_mark")).isPositive();
      agrees(Filter.ALL, Kind.DESTINATION);
      refresh();
      assertThat(fresh.count("SELECT count(*) FROM message_rollup_mark")).isZero();
      assertThat(fresh.count("SELECT count(*) FROM message_rollup_dirty")).isZero();
      agrees(Filter.ALL, KINDS.get(random.nextInt(KINDS.size())));
    }
    Instant cutoff = now.minus(Duration.ofDays(20)).truncatedTo(ChronoUnit.DAYS);
    Retention retention = new Retention(database);
    while (retention.step(cutoff).more()) {
      assertThat(oracle).isNotEmpty();
    }
    oracle.values().removeIf(m -> m.originTs().isBefore(cutoff));
    agrees(Filter.ALL, Kind.TOPIC);
    refresh();
    everythingAgrees();
    assertThat(
            fresh.count(
                "SELECT count(*) FROM message_rollup WHERE (start + grain) * 3600 < "
                    + cutoff.getEpochSecond()))
        .as("counts of expired messages")
        .isZero();
  }

  @Test
  void whatIsWrittenWhileHoursAreCountedIsNotMissed() throws Exception {
    write(messages(2_000));
    ExecutorService executor = Executors.newFixedThreadPool(2);
    List<Future<List<Message>>> writers = new ArrayList<>();
    for (int w = 0; w < 2; w++) {
      List<List<Message>> batches = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        batches.add(messages(40));
      }
      writers.add(
          executor.submit(
              () -> {
                List<Message> written = new ArrayList<>();
                for (List<Message> batch : batches) {
                  FreshDatabase.write(transactions, new BatchWriter(database), batch);
                  written.addAll(batch);
                }
                return written;
              }));
    }
    boolean done = false;
    while (!done) {
      done = writers.stream().allMatch(Future::isDone);
      refresh.step();
      new Refresh(database, facts).step(); // another server
    }
    for (Future<List<Message>> writer : writers) {
      writer.get().forEach(m -> oracle.put(m.messageUuid(), m));
    }
    executor.shutdown();
    agrees(Filter.ALL, Kind.PAIR);
    refresh();
    assertThat(counted()).isPositive();
    agrees(Filter.ALL, Kind.PAIR);
  }

  /** While a long queue of an hour that has ended is stored, that hour changes all the time. */
  @Test
  void aLongHourThatChangesAgainIsLeftForTwentyTimesAsLongAsItTook() throws SQLException {
    AtomicLong clock = new AtomicLong();
    Facts slow =
        new Facts(database) {
          @Override
          public long each(
              Connection connection, Instant since, Instant until, int some, Consumer<Fact> facts)
              throws SQLException {
            clock.addAndGet(1_000);
            return super.each(connection, since, until, some, facts);
          }
        };
    refresh = new Refresh(database, slow, clock::get);
    Instant hour = now.minus(Duration.ofDays(2)).truncatedTo(ChronoUnit.HOURS);
    List<Message> many = new ArrayList<>();
    for (int i = 0; i < 20_001; i++) {
      many.add(message(hour.plusMillis(i)));
    }
    write(many);
    write(List.of(message(hour.minusSeconds(1))));
    refresh();
    String dirty = "SELECT count(*) FROM message_rollup_dirty";
    String hours = "SELECT coalesce(min(hour), 0) FROM message_rollup_dirty";
    assertThat(fresh.count(dirty)).isZero();
    write(List.of(message(hour.minusSeconds(2)), message(hour.plusSeconds(2))));
    refresh();
    assertThat(fresh.count(dirty)).as("only the short one is counted again").isEqualTo(1);
    assertThat(fresh.count(hours)).isEqualTo(Hours.of(hour));
    Counts counts = new Counting(database, facts).count(Filter.ALL, Scope.ALL, older, null);
    assertThat(counts.estimated()).as("the long hour is read, of which there is a sample").isTrue();
    clock.addAndGet(20_000);
    refresh();
    assertThat(fresh.count(dirty)).isZero();
    agrees(Filter.ALL, Kind.TOPIC);
  }

  /** It saw its hour not ended, marked nothing, and slept. */
  @Test
  void whoMarkedNothingIsWaitedFor() throws SQLException {
    write(messages(3_000));
    Message late = message(now.minus(Duration.ofHours(30)));
    try (Connection connection = fresh.source().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          """
          INSERT INTO message_key (message_uuid, origin_ts, source_subject_id) VALUES ('%s', '%s', 's');
          INSERT INTO message_exchange (message_uuid, origin_ts, source_subject_id) VALUES ('%s', '%s', 's')
          """
              .formatted(late.messageUuid(), late.originTs(), late.messageUuid(), late.originTs()));
      for (int looks = 0; looks < 4; looks++) {
        look();
      }
      assertThat(counted()).as("hours counted beside a writer that may still change them").isZero();
      connection.commit();
    }
    oracle.put(
        late.messageUuid(),
        new Message(late.messageUuid(), late.originTs(), null, null, "s", null, null, null, null));
    refresh();
    assertThat(counted()).isPositive();
    agrees(Filter.ALL, Kind.SOURCE);
  }

  @Test
  void ofManyNamesTheLargestAreExactAndTheRestIsSaidToBeEstimated() throws SQLException {
    Instant time = now.minus(Duration.ofDays(2)).truncatedTo(ChronoUnit.DAYS); // all of one day
    List<Message> batch = new ArrayList<>();
    for (int i = 0; i < 4_500; i++) {
      String source = i % 3 == 0 ? "large" + i % 2 : "u" + i;
      batch.add(
          new Message(
              UUID.randomUUID(),
              time.plusSeconds(i),
              null,
              "{}",
              source,
              List.of("d"),
              "t",
              "y",
              null));
    }
    write(batch);
    refresh();
    Counting counting = new Counting(database, facts);
    Counts counts = counting.count(Filter.ALL, Scope.ALL, older, Kind.SOURCE);
    Counts.Groups largest = counts.groups(Kind.SOURCE, 2, term -> true);
    assertThat(largest.shown()).allMatch(group -> group.summary().messages() == 750);
    assertThat(largest.others()).as("how many others there are").isNull();
    assertThat(largest.rest()).isEqualTo(3_000);
    assertThat(counts.estimated()).as("the two largest are surely known").isFalse();
    counts.groups(Kind.SOURCE, 10, term -> true);
    assertThat(counts.estimated()).isTrue();
    Counts ofOne =
        counting.count(names(Field.SOURCE, false, "large0"), Scope.ALL, older, Kind.PAIR);
    Counts.Groups pairs = ofOne.groups(Kind.PAIR, 10, term -> term.second() != null);
    assertThat(pairs.shown()).hasSize(1);
    assertThat(pairs.rest()).as("what others sent is not of this sender").isZero();
    assertThat(
            ofOne.buckets(86_400, Kind.PAIR, List.of()).values().stream()
                .mapToLong(bucket -> bucket.counts().get(0)))
        .as("nor in its chart")
        .containsExactly(750L);
    assertThat(
            fresh.count(
                "SELECT max(length(cells)) FROM message_rollup WHERE kind IN ('source', 'pair')"))
        .isLessThan(50_000);
  }
}
