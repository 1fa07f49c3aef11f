package io.messagelogger.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.Database;
import io.messagelogger.store.Rows;
import io.messagelogger.store.finding.Counting;
import io.messagelogger.store.finding.Counts;
import io.messagelogger.store.finding.Facts;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Incoming;
import io.messagelogger.store.writing.Outcome;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.Transactions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Taking over a table that the Python service made: on a real database of either kind. What holds:
 * every row is found as it was, once, whatever is stored meanwhile.
 */
class TakeoverIT {
  private static final String PYTHON =
      """
      CREATE TABLE message_exchange (
        message_uuid UUID PRIMARY KEY, origin_ts TIMESTAMPTZ, ack_ts TIMESTAMPTZ, message_data JSONB,
        source_subject_id TEXT, destination_subject_ids TEXT[], topic TEXT, message_type TEXT,
        message_metadata JSONB);
      """;

  private static final String ROWS =
      """
      INSERT INTO message_exchange
      SELECT lpad(to_hex(i), 32, '0')::uuid, CASE WHEN i %% 50 > 0 THEN timestamptz '2024-01-01Z' + i * interval '7 min' END,
             NULL, jsonb_build_object('i', i), 's' || i %% 7, ARRAY['d' || i %% 5, NULL, 'all'], 't' || i %% 3, 'y', NULL
        FROM generate_series(1, %d) AS i;
      """;

  /** What there is of every message, wherever its row lies. */
  private static final String CONTENT =
      "SELECT coalesce(sum(hashtextextended(stored::text, 0) %% 1000000007), 0) FROM (%s) AS stored";

  private FreshDatabase fresh;

  @BeforeEach
  void create() throws SQLException {
    fresh = new FreshDatabase();
  }

  @AfterEach
  void drop() throws SQLException {
    fresh.close();
  }

  private Database start() {
    Database database = fresh.start(Map.of());
    assertThat(database.condition().state().up())
        .as(database.condition().state().reason())
        .isTrue();
    return database;
  }

  private String everywhere(String columns) throws SQLException {
    String rows = "SELECT " + columns + " FROM message_exchange";
    return fresh.hasTimescale()
        ? rows + " UNION ALL SELECT " + columns + " FROM message_exchange_old"
        : rows;
  }

  private long all() throws SQLException {
    return fresh.count("SELECT count(*) FROM (" + everywhere("message_uuid") + ") AS stored");
  }

  private static void takeOver(Database database) {
    Takeover takeover = new Takeover(database);
    while (takeover.step()) {
      assertThat(takeover.progress()).isPresent();
    }
    assertThat(takeover.progress().orElseThrow().finished()).isTrue();
    assertThat(takeover.progress().orElseThrow().percent()).isEqualTo(100);
  }

  @Test
  void serversThatStartTogetherMakeTheSchemaOnce() throws Exception {
    fresh.execute(PYTHON + ROWS.formatted(100));
    ExecutorService executor = Executors.newFixedThreadPool(4);
    List<Callable<Database>> servers = Collections.nCopies(4, this::start);
    for (Future<Database> server : executor.invokeAll(servers)) {
      assertThat(server.get().layout()).isNotNull();
    }
    executor.shutdown();
    assertThat(fresh.count("SELECT count(*) FROM message_logger_schema WHERE NOT success"))
        .isZero();
    assertThat(all()).isEqualTo(100);
  }

  @Test
  void everyRowIsFoundAsItWas() throws SQLException {
    fresh.execute(PYTHON + ROWS.formatted(10_000));
    long content = fresh.count(CONTENT.formatted("SELECT * FROM message_exchange"));
    Database database = start();
    MessageFinder finder = new MessageFinder(database);
    UUID first = uuid(1);
    UUID undated = uuid(50);
    assertThat(finder.find(first, Scope.ALL)).as("before it is taken over").isPresent();
    takeOver(database);
    assertThat(fresh.count(CONTENT.formatted(everywhere(Rows.COLUMNS)))).isEqualTo(content);
    assertThat(all()).isEqualTo(10_000);
    assertThat(fresh.count("SELECT count(*) FROM message_key")).isEqualTo(10_000);
    assertThat(fresh.count("SELECT count(*) FROM message_destination")).isEqualTo(20_000);
    if (fresh.hasTimescale()) {
      assertThat(fresh.count("SELECT count(*) FROM message_exchange_old")).isEqualTo(200);
    }
    assertThat(finder.find(first, Scope.ALL).orElseThrow().destinationSubjectIds())
        .containsExactly("d1", null, "all");
    assertThat(finder.find(undated, Scope.ALL).orElseThrow().originTs()).isNull();
    MessageFinder.Page last = null;
    int found = 0;
    for (Position next = null; last == null || next != null; next = last.next()) {
      last = finder.search(Filter.subject("all"), Scope.ALL, next, 1000);
      found += last.messages().size();
    }
    assertThat(found).isEqualTo(10_000);
    assertThat(last.messages().get(last.messages().size() - 1).originTs())
        .as("those without a time are the oldest")
        .isNull();
  }

  /** Invariant: however far the takeover is, a message is stored once and its copies are known. */
  @Test
  void messagesAreStoredMeanwhile() throws Exception {
    fresh.execute(PYTHON + ROWS.formatted(20_000));
    Database database = start();
    Transactions transactions = new Transactions(fresh.source());
    BatchWriter writer = new BatchWriter(start());
    ExecutorService executor = Executors.newSingleThreadExecutor();
    Future<Outcome> stored =
        executor.submit(
            () -> {
              Outcome all =
                  new Outcome(
                      java.util.Set.of(),
                      java.util.Set.of(),
                      java.util.Set.of(),
                      java.util.Set.of());
              for (int from = 1; from <= 20_000; from += 500) {
                List<Incoming> batch = new ArrayList<>();
                for (int i = from; i < from + 500; i += 5) {
                  if (i % 50 > 0) {
                    batch.add(
                        incoming(
                            batch.size() + from, row(i, Instant.parse("2025-01-01T00:00:00Z"))));
                  }
                }
                batch.add(incoming(from + 400, conflict(from)));
                batch.add(incoming(from + 401, conflict(100_000 + from)));
                all = all.and(transactions.run(() -> writer.write("c", batch, List.of())));
              }
              return all;
            });
    takeOver(database);
    Outcome outcome = stored.get();
    executor.shutdown();
    takeOver(database);
    assertThat(outcome.stored()).hasSize(40);
    assertThat(outcome.conflicts()).hasSize(40);
    assertThat(outcome.duplicates()).isNotEmpty();
    assertThat(all()).isEqualTo(20_040);
    assertThat(
            fresh.count(
                "SELECT count(DISTINCT message_uuid) FROM ("
                    + everywhere("message_uuid")
                    + ") AS s"))
        .isEqualTo(20_040);
    assertThat(
            fresh.count(
                "SELECT count(*) FROM ("
                    + everywhere("ack_ts")
                    + ") AS s WHERE ack_ts IS NOT NULL"))
        .as("acknowledged, whether moved or not")
        .isEqualTo(outcome.duplicates().size());
    assertThat(fresh.count("SELECT count(*) FROM message_key")).isEqualTo(20_040);
  }

  @Test
  void aTableThatIsSomethingElseStopsTheStartWithAReason() throws SQLException {
    fresh.execute("CREATE TABLE message_exchange (id integer)");
    Database database = fresh.start(Map.of());
    assertThat(database.condition().state().reason())
        .contains("needs an operator")
        .contains("message_uuid uuid");
    assertThat(fresh.count("SELECT count(*) FROM message_exchange")).isZero();
  }

  /** A reader in the middle of a transaction is not in the way. */
  @Test
  void aServerThatDiesGoesOnWhereItWas() throws SQLException {
    fresh.execute(PYTHON + ROWS.formatted(20_000));
    Takeover first = new Takeover(start());
    for (int i = 0; i < 3; i++) {
      assertThat(first.step()).isTrue();
    }
    long taken = first.progress().orElseThrow().taken();
    assertThat(taken).isBetween(1L, 19_999L);
    Database next = start();
    assertThat(new Takeover(next).progress().orElseThrow().taken()).isEqualTo(taken);
    try (Connection reader = fresh.source().getConnection();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM message_exchange");
      takeOver(next);
    }
    assertThat(fresh.count("SELECT count(*) FROM message_key")).isEqualTo(20_000);
  }

  /** What was counted before the rest was taken over is counted anew. */
  @Test
  void statisticsCountWhatIsTakenOver() throws SQLException {
    fresh.execute(PYTHON + ROWS.formatted(20_000));
    Database database = start();
    Facts facts = new Facts(database);
    fresh.execute("UPDATE message_rollup_state SET not_before = now()");
    Takeover takeover = new Takeover(database);
    for (int i = 0; i < 3; i++) {
      assertThat(takeover.step()).isTrue();
    }
    assertThat(takeover.progress().orElseThrow().taken()).isBetween(1L, 19_999L);
    count(database, facts);
    long some =
        new Counting(database, facts)
            .count(Filter.ALL, Scope.ALL, Instant.MIN, Kind.TOPIC)
            .total()
            .messages();
    assertThat(some).as("counted halfway").isLessThan(20_000);
    takeOver(database);
    assertThat(fresh.count("SELECT count(*) FROM message_rollup_mark")).isPositive();
    count(database, facts);
    Counts counts =
        new Counting(database, facts).count(Filter.ALL, Scope.ALL, Instant.MIN, Kind.TOPIC);
    assertThat(counts.timesError()).as("answered from counts").isPositive();
    assertThat(counts.total().messages()).isEqualTo(20_000);
    Map<String, Long> topics = new TreeMap<>();
    for (Counts.Group group : counts.groups(Kind.TOPIC, 10, topic -> true).shown()) {
      topics.put(String.valueOf(group.term().first()), group.summary().messages());
    }
    assertThat(topics).isEqualTo(Map.of("t0", 6_666L, "t1", 6_667L, "t2", 6_667L));
    Map<Long, Long> byDay = new TreeMap<>();
    counts
        .buckets(86_400, null, List.of())
        .forEach((start, bucket) -> byDay.put(start, bucket.summary().messages()));
    Map<Long, Long> rows = new TreeMap<>();
    for (int i = 1; i <= 20_000; i++) {
      Instant time = i % 50 == 0 ? Instant.EPOCH : row(i, null).originTs();
      rows.merge(Math.floorDiv(time.getEpochSecond(), 86_400) * 86_400, 1L, Long::sum);
    }
    assertThat(byDay).isEqualTo(rows);
    assertThat(counts.estimated()).isFalse();
  }

  /** Others may have transactions open in the same server, which end. */
  private void count(Database database, Facts facts) throws SQLException {
    String settled =
        "SELECT count(*) FROM message_rollup_state WHERE settled_at > to_timestamp(%d / 1e6)"
            .formatted(fresh.count("SELECT (extract(epoch FROM clock_timestamp()) * 1e6)::bigint"));
    Refresh refresh = new Refresh(database, facts);
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              boolean more = refresh.step().more();
              return !more && fresh.count(settled) == 1;
            });
    while (refresh.step().more()) {
      assertThat(refresh).isNotNull();
    }
  }

  private static UUID uuid(int i) {
    return new UUID(0, i);
  }

  /** The message of a row, as its producer may send it again. */
  private static Message row(int i, Instant ackTs) {
    return new Message(
        uuid(i),
        Instant.parse("2024-01-01T00:00:00Z").plusSeconds(i * 420L),
        ackTs,
        "{\"i\": " + i + "}",
        "s" + i % 7,
        Arrays.asList("d" + i % 5, null, "all"),
        "t" + i % 3,
        "y",
        null);
  }

  private static Message conflict(int i) {
    return new Message(
        uuid(i + 1),
        Instant.parse("2024-06-01T00:00:00Z"),
        null,
        "{}",
        "x",
        List.of(),
        null,
        null,
        null);
  }

  private static Incoming incoming(int position, Message message) {
    return new Incoming(position, message.toString().getBytes(StandardCharsets.UTF_8), message);
  }
}
