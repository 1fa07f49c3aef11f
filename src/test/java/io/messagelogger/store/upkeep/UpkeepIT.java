package io.messagelogger.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.settings.Setting;
import io.messagelogger.store.Database;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Outcome;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chunks, compression, retention, erasure and roles, on a real database of either kind. */
class UpkeepIT {
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);

  private FreshDatabase fresh;
  private Transactions transactions;

  @BeforeEach
  void create() throws SQLException {
    fresh = new FreshDatabase();
    transactions = new Transactions(fresh.source());
  }

  @AfterEach
  void drop() throws SQLException {
    fresh.close();
  }

  private static Message message(Instant time) {
    return new Message(
        UUID.randomUUID(), time, null, "{\"a\": 1}", "s", List.of("d", "e"), "t", "y", null);
  }

  private static List<Message> messages(int count, Instant first, Duration apart) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(message(first.plus(apart.multipliedBy(i))));
    }
    return messages;
  }

  private Outcome write(Database database, List<Message> messages) throws SQLException {
    return FreshDatabase.write(transactions, new BatchWriter(database), messages);
  }

  private static int expire(Database database, Instant cutoff) {
    Retention retention = new Retention(database);
    int removed = 0;
    for (Retention.Step step = retention.step(cutoff); ; step = retention.step(cutoff)) {
      removed += step.messages();
      if (!step.more()) {
        return removed;
      }
    }
  }

  private static int found(Database database, Filter filter) {
    MessageFinder finder = new MessageFinder(database);
    int found = 0;
    Position next = null;
    do {
      MessageFinder.Page page = finder.search(filter, Scope.ALL, next, 500);
      found += page.messages().size();
      next = page.next();
    } while (next != null);
    return found;
  }

  @Test
  void whatHasExpiredGoesWithItsKeysAndRecipients() throws SQLException {
    Database database = fresh.started();
    Instant start = now.minus(Duration.ofDays(20)).truncatedTo(ChronoUnit.DAYS);
    List<Message> messages = messages(3_000, start, Duration.ofMinutes(8)); // to 3.3 days ago
    assertThat(write(database, messages).stored()).hasSize(3_000);
    fresh.execute(
        "INSERT INTO message_key (message_uuid, origin_ts) VALUES (gen_random_uuid(), 'epoch')");
    Instant cutoff = start.plus(Duration.ofDays(10)); // a boundary of chunks
    long kept = messages.stream().filter(m -> !m.originTs().isBefore(cutoff)).count();
    assertThat(expire(database, cutoff)).isEqualTo(3_000 - (int) kept);
    assertThat(fresh.count("SELECT count(*) FROM message_exchange")).isEqualTo(kept);
    assertThat(fresh.count("SELECT count(*) FROM message_key")).isEqualTo(kept + 1);
    assertThat(fresh.count("SELECT count(*) FROM message_destination")).isEqualTo(2 * kept);
    assertThat(found(database, Filter.subject("d"))).isEqualTo((int) kept);
    assertThat(new MessageFinder(database).find(messages.get(0).messageUuid(), Scope.ALL))
        .isEmpty();
    if (fresh.hasTimescale()) {
      assertThat(fresh.count("SELECT count(*) FROM show_chunks('message_exchange')"))
          .isEqualTo(
              fresh.count(
                  "SELECT count(DISTINCT date_trunc('day', origin_ts, 'UTC')) FROM message_exchange"));
    }
    assertThat(expire(database, cutoff)).isZero();
    assertThat(write(database, messages.subList(0, 10)).stored()).as("again").hasSize(10);
  }

  /** Invariant: rows, keys and recipients agree when everything is quiet, whoever was faster. */
  @Test
  void messagesMayComeIntoWhatIsExpiring() throws Exception {
    Database database = fresh.started();
    Instant start = now.minus(Duration.ofDays(20)).truncatedTo(ChronoUnit.DAYS);
    List<Message> messages = messages(6_000, start, Duration.ofMinutes(2));
    write(database, messages);
    Instant cutoff = start.plus(Duration.ofDays(9));
    ExecutorService executor = Executors.newSingleThreadExecutor();
    Future<Integer> again =
        executor.submit(
            () -> {
              int accounted = 0;
              for (int from = 0; from < 6_000; from += 300) {
                accounted += retried(database, messages.subList(from, from + 300));
              }
              return accounted;
            });
    expire(database, cutoff);
    assertThat(again.get(1, TimeUnit.MINUTES)).isEqualTo(6_000);
    executor.shutdown();
    assertThat(
            fresh.count(
                """
                SELECT count(*) FROM message_key FULL JOIN message_exchange USING (message_uuid, origin_ts)
                 WHERE message_key.message_uuid IS NULL OR message_exchange.message_uuid IS NULL
                """))
        .isZero();
    assertThat(fresh.count("SELECT count(*) FROM message_destination"))
        .isEqualTo(2 * fresh.count("SELECT count(*) FROM message_exchange"));
    expire(database, cutoff);
    assertThat(fresh.count("SELECT count(*) FROM message_key")).isZero();
    assertThat(fresh.count("SELECT count(*) FROM message_destination")).isZero();
  }

  /** As the drainer does: what fails for another reason than the data is tried again. */
  private int retried(Database database, List<Message> messages) throws SQLException {
    while (true) {
      try {
        return write(database, messages).total();
      } catch (SQLException e) {
        assertThat(SqlFailure.of(e).kind())
            .as("%s", e)
            .isIn(SqlFailure.Kind.OUTAGE, SqlFailure.Kind.CONTENTION);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining("has gone while its message was stored");
      }
    }
  }

  @Test
  void whatIsErasedIsGoneAndStaysSo() throws SQLException {
    Database database = fresh.started("ERASURE", "on");
    List<Message> messages = messages(10, now.minusSeconds(100), Duration.ofSeconds(1));
    write(database, messages);
    Message one = messages.get(4);
    Erasure erasure = new Erasure(database);
    MessageFinder finder = new MessageFinder(database);
    assertThat(transactions.<Boolean>run(() -> erasure.erase(one.messageUuid()))).isTrue();
    assertThat(finder.find(one.messageUuid(), Scope.ALL)).isEmpty();
    assertThat(finder.erasure(one.messageUuid(), Scope.ALL).orElseThrow())
        .isAfter(now.minusSeconds(60));
    assertThat(found(database, Filter.subject("d"))).isEqualTo(9);
    assertThat(found(database, Filter.subject("s"))).isEqualTo(9);
    assertThat(fresh.count("SELECT count(*) FROM message_exchange")).isEqualTo(9);
    assertThat(fresh.count("SELECT count(*) FROM message_destination")).isEqualTo(18);
    Outcome again = write(database, messages);
    assertThat(again.stored()).isEmpty();
    assertThat(again.duplicates()).hasSize(10);
    assertThat(finder.find(one.messageUuid(), Scope.ALL)).isEmpty();
    assertThat(transactions.<Boolean>run(() -> erasure.erase(one.messageUuid()))).isTrue();
    assertThat(transactions.<Boolean>run(() -> erasure.erase(UUID.randomUUID()))).isFalse();
    assertThat(fresh.count("SELECT count(*) FROM message_key")).isEqualTo(10);
  }

  @Test
  void filtersMeetInEveryCombination() throws SQLException {
    Database database = fresh.started();
    List<Message> all = new ArrayList<>();
    List<Message> messages = new ArrayList<>();
    Instant start = now.minus(Duration.ofDays(3));
    for (int i = 0; i < 12_000; i++) {
      messages.add(
          new Message(
              UUID.randomUUID(),
              start.plusSeconds(i / 3), // three at a time have the same time
              null,
              null,
              "s" + i % 5,
              i % 7 == 0 ? null : List.of("s" + i % 3, "r"),
              i % 4 == 0 ? null : "t" + i % 3,
              i == 11_111 ? "rare" : "y" + i % 2,
              null));
      if (messages.size() == 2_000) {
        write(database, messages);
        all.addAll(messages);
        messages.clear();
      }
    }
    Instant since = start.plusSeconds(1_000);
    Instant until = start.plusSeconds(3_000);
    List<Filter> filters = new ArrayList<>();
    for (String subject : new @Nullable String[] {null, "s1", "nobody"}) {
      for (String topic : new @Nullable String[] {null, "t2"}) {
        for (String type : new @Nullable String[] {null, "y1", "rare"}) {
          String both = given("topic", topic) + given("type", type);
          String from = given("since", since.toString());
          String to = given("until", until.toString());
          filters.add(Filter.parse(given("subject", subject) + both));
          filters.add(
              Filter.parse(given("source", subject) + "&destination=s2" + both + from + to));
          filters.add(Filter.parse("subject=r" + given("source", subject) + both + from));
          filters.add(Filter.parse(given("destination", subject) + both + to));
        }
      }
    }
    for (Filter filter : filters) {
      assertThat(found(database, filter))
          .as("%s", filter)
          .isEqualTo((int) all.stream().filter(filter::matches).count());
    }
  }

  private static String given(String parameter, @Nullable String value) {
    return value == null ? "" : "&" + parameter + "=" + value;
  }

  @Test
  void lateMessagesAreStoredInCompressedChunks() throws SQLException {
    assumeTrue(timescale(), "this is not TimescaleDB");
    Database database = fresh.started("COMPRESS_AFTER", "2d", "CHUNK_INTERVAL", "12h");
    assertThat(
            fresh.count(
                "SELECT extract(epoch FROM time_interval) FROM timescaledb_information.dimensions"))
        .isEqualTo(43_200);
    assertThat(
            fresh.count(
                "SELECT count(*) FROM timescaledb_information.jobs WHERE proc_name = 'policy_compression'"))
        .isEqualTo(1);
    Instant start = now.minus(Duration.ofDays(10));
    List<Message> messages = messages(2_000, start, Duration.ofMinutes(5));
    write(database, messages);
    fresh.execute(
        """
        SELECT compress_chunk(c, if_not_compressed => true) FROM show_chunks('message_exchange', older_than => now() - interval '2 d') AS c
        """);
    List<Message> late = messages(2_000, start.plusSeconds(7), Duration.ofMinutes(5));
    assertThat(write(database, late).stored()).hasSize(2_000);
    assertThat(write(database, late).duplicates()).as("replay").hasSize(2_000);
    assertThat(write(database, messages).duplicates()).as("replay of compressed").hasSize(2_000);
    Message first = messages.get(0);
    Message conflict =
        new Message(first.messageUuid(), now, null, "{}", "other", List.of(), null, null, null);
    assertThat(write(database, List.of(conflict)).conflicts()).hasSize(1);
    Message acknowledged =
        new Message(
            first.messageUuid(),
            first.originTs(),
            now,
            first.messageData(),
            first.sourceSubjectId(),
            first.destinationSubjectIds(),
            first.topic(),
            first.messageType(),
            first.messageMetadata());
    assertThat(write(database, List.of(acknowledged)).duplicates()).hasSize(1);
    MessageFinder finder = new MessageFinder(database);
    assertThat(finder.find(first.messageUuid(), Scope.ALL)).hasValue(acknowledged);
    assertThat(found(database, Filter.subject("d"))).isEqualTo(4_000);
    Erasure erasure = new Erasure(database);
    assertThat(transactions.<Boolean>run(() -> erasure.erase(messages.get(1).messageUuid())))
        .isTrue();
    assertThat(finder.find(messages.get(1).messageUuid(), Scope.ALL)).isEmpty();
    assertThat(write(database, messages.subList(1, 2)).duplicates()).as("stays so").hasSize(1);
    assertThat(new Folding(database).step()).isTrue();
    assertThat(fresh.count("SELECT count(*) FROM message_exchange")).isEqualTo(3_999);
    assertThat(new Folding(database).step()).as("nothing is left").isFalse();
    fresh.started("COMPRESS_AFTER", "off", "CHUNK_INTERVAL", "1d");
    assertThat(
            fresh.count(
                "SELECT count(*) FROM timescaledb_information.jobs WHERE proc_name = 'policy_compression'"))
        .isZero();
    assertThat(expire(database, now)).isEqualTo(3_995 + 4 - newest(database));
  }

  /** Messages in the chunk that has not ended yet. */
  private int newest(Database database) {
    Instant noon = now.truncatedTo(ChronoUnit.HALF_DAYS);
    return found(database, Filter.of(new Criterion.Since(noon)));
  }

  private boolean timescale() throws SQLException {
    fresh.started();
    return fresh.hasTimescale();
  }

  @Test
  void aRoleThatMayNeitherDropNorAlterIsEnough() throws SQLException {
    String runtime = "runtime_" + UUID.randomUUID().toString().substring(0, 8);
    FreshDatabase.administer("CREATE ROLE %s LOGIN PASSWORD 'secret'".formatted(runtime));
    String owner = TestServices.settings().text(Setting.DB_USER);
    try {
      fresh.started("DB_USER", runtime, "DB_MIGRATOR_USER", owner, "ERASURE", "on");
      var source = fresh.source();
      source.setUser(runtime);
      source.setPassword("secret");
      Database database = fresh.started("DB_USER", runtime); // nothing to migrate
      List<Message> messages = messages(500, now.minus(Duration.ofDays(9)), Duration.ofMinutes(25));
      assertThat(write(database, messages).stored()).hasSize(500);
      assertThat(write(database, messages).duplicates()).hasSize(500);
      assertThat(found(database, Filter.subject("d"))).isEqualTo(500);
      Erasure erasure = new Erasure(database);
      assertThat(transactions.<Boolean>run(() -> erasure.erase(messages.get(0).messageUuid())))
          .isTrue();
      for (String forbidden :
          List.of(
              "DROP TABLE message_exchange",
              "ALTER TABLE message_key ADD COLUMN x integer",
              "TRUNCATE message_exchange",
              "DELETE FROM message_key",
              "CREATE TABLE public.mine (id integer)")) {
        assertThatThrownBy(() -> executeAs(source, forbidden))
            .as(forbidden)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    } finally {
      fresh.close();
      FreshDatabase.administer("DROP ROLE " + runtime);
    }
  }

  private static void executeAs(javax.sql.DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
