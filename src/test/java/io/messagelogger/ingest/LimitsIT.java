package io.messagelogger.ingest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.ingest.tracing.BatchSpan;
import io.messagelogger.ingest.tracing.Tracing;
import io.messagelogger.message.MessageReader;
import io.messagelogger.queue.Claim;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Canary;
import io.messagelogger.store.writing.Incoming;
import io.messagelogger.store.writing.Outcome;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.Sample;
import io.messagelogger.testing.Transactions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What a real database has not enough of, and real deadlocks: no message is to blame for them. */
class LimitsIT {
  private static final String WAITS =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname ="
          + " current_database()";

  @TempDir private static Path folder;

  private final Stage stage = new Stage();

  /** The stage with a real database behind it. */
  private Tools tools(DataSource source, Database database) {
    Transactions transactions = new Transactions(source);
    BatchWriter writer =
        new BatchWriter(database) {
          @Override
          public Outcome write(String claim, List<Incoming> messages, List<DeadLetter> refused)
              throws SQLException {
            return transactions.run(() -> super.write(claim, messages, refused));
          }
        };
    return new Tools(
        new MessageReader(Stage.MAX_MESSAGE_BYTES),
        stage.queue,
        writer,
        new Canary(writer),
        stage.leases,
        new Quarantine(),
        new Pace(Duration.ZERO, 1),
        new Halving(Clock.systemUTC()),
        new Events(stage.incidents::add, stage.reports::add),
        Tracing.off());
  }

  private Outcome write(Tools tools, Claim claim) throws InterruptedException {
    stage.leases.hold(claim);
    stage.writer.work().up();
    try (Attempt attempt = new Attempt(claim, tools, stage.writer, BatchSpan.NONE)) {
      Verdict.End end = attempt.writeAll();
      assertThat(end).isInstanceOf(Verdict.Done.class);
      return ((Verdict.Done) end).outcome();
    }
  }

  private static byte[] message(UUID uuid, Instant time) {
    return Stage.bytes(
        Sample.required()
            .with("message_uuid", "\"" + uuid + "\"")
            .with("origin_ts", "\"" + time + "\"")
            .json());
  }

  private static Claim claim(List<byte[]> payloads) {
    return Stage.claim(0, 0, payloads);
  }

  private static PGSimpleDataSource source(EmbeddedDatabase database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {database.port()});
    source.setDatabaseName("limits");
    source.setUser("user");
    source.setPassword("password");
    return source;
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** As many locks as rows, and a database that has few: what a hypertable does by its chunks. */
  @Test
  void aBatchThatNeedsMoreLocksThanThereAreIsStoredInParts() throws Exception {
    try (EmbeddedDatabase engine =
        EmbeddedDatabase.start(
            folder.resolve("locks"),
            0,
            "user",
            "password",
            "limits",
            "max_locks_per_transaction=10",
            "max_connections=20")) {
      PGSimpleDataSource source = source(engine);
      Database database =
          FreshDatabase.prepared(new Transactions(source), Settings.from(name -> null));
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(
            """
            CREATE FUNCTION lock_something() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_advisory_xact_lock(hashtextextended(NEW.message_uuid::text, 0)); RETURN NEW; END';
            CREATE TRIGGER lock_something BEFORE INSERT ON message_exchange
                   FOR EACH ROW EXECUTE FUNCTION lock_something()
            """);
        Tools tools = tools(source, database);
        Outcome outcome =
            write(
                tools,
                claim(
                    IntStream.range(0, 4_000)
                        .mapToObj(i -> message(UUID.randomUUID(), Instant.now()))
                        .toList()));
        assertStoredInParts(tools, outcome, 4_000);
        assertThat(stage.incidents).as("it fired").contains(Incident.HALVING);
        assertThat(tools.halving().state())
            .hasValueSatisfying(state -> assertThat(state.reason()).contains("53200"));
        assertThat(count(connection, "SELECT count(*) FROM message_exchange")).isEqualTo(4_000);
        assertThat(count(connection, "SELECT count(*) FROM dead_letter")).isZero();
      }
    }
  }

  private void assertStoredInParts(Tools tools, Outcome outcome, int size) {
    assertThat(outcome.stored()).hasSize(size);
    assertThat(outcome.deadLetters()).isEmpty();
    assertThat(stage.incidents).doesNotContain(Incident.BISECTION, Incident.RETRY);
    assertThat(stage.writer.work().state().up()).isTrue();
    assertThat(tools.halving().state().isPresent())
        .isEqualTo(stage.incidents.contains(Incident.HALVING));
  }

  /** Of chunks of an hour each, with some indexes: as many locks as a real hypertable takes. */
  @Test
  void aBatchOfVeryManyChunksIsStored() throws Exception {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS);
      Database database = fresh.started("CHUNK_INTERVAL", "1h", "COMPRESS_AFTER", "off");
      assumeTrue(fresh.hasTimescale(), "needs TimescaleDB"); // the schema brings the extension
      Tools tools = tools(fresh.source(), database);
      Outcome outcome =
          write(
              tools,
              claim(
                  IntStream.range(0, 1_000)
                      .mapToObj(i -> message(UUID.randomUUID(), start.minus(Duration.ofHours(i))))
                      .toList()));
      assertStoredInParts(tools, outcome, 1_000);
      assertThat(fresh.count("SELECT count(*) FROM message_exchange")).isEqualTo(1_000);
      assertThat(fresh.count("SELECT count(*) FROM dead_letter")).isZero();
    }
  }

  /** Another writer has taken the second key, and wants the first, which ours has taken. */
  @Test
  void aDeadlockIsTriedAgainAndIsNoOutage() throws Exception {
    try (EmbeddedDatabase engine =
        EmbeddedDatabase.start(folder.resolve("deadlock"), 0, "user", "password", "limits")) {
      try (Connection administrator = engine.connectAsSuperuser("limits");
          Statement statement = administrator.createStatement()) {
        // Who has waited for so long looks for a circle: ours does, in good time, and is ended.
        statement.execute("ALTER ROLE \"user\" SET deadlock_timeout = '3s'");
      }
      PGSimpleDataSource source = source(engine);
      Database database =
          FreshDatabase.prepared(new Transactions(source), Settings.from(name -> null));
      Tools tools = tools(source, database);
      UUID first = UUID.fromString("00000000-0000-4000-8000-000000000001");
      UUID second = UUID.fromString("00000000-0000-4000-8000-000000000002");
      String take =
          "INSERT INTO message_key (message_uuid, origin_ts) VALUES ('%s', '2025-05-27T10:30:00Z')";
      try (Connection other = engine.connectAsSuperuser("limits");
          Connection watcher = engine.connectAsSuperuser("limits");
          Statement statement = other.createStatement()) {
        statement.execute("SET deadlock_timeout = '1h'");
        other.setAutoCommit(false);
        statement.execute(take.formatted(second));
        CompletableFuture<Outcome> ours =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return write(
                        tools,
                        claim(
                            List.of(
                                message(first, Instant.now()), message(second, Instant.now()))));
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
        await().atMost(60, SECONDS).until(() -> count(watcher, WAITS) == 1);
        statement.execute(take.formatted(first)); // comes back when ours has been ended
        other.rollback();
        Outcome outcome = ours.get(60, SECONDS);
        assertThat(outcome.stored()).containsExactlyInAnyOrder(0, 1);
        assertThat(stage.incidents).as("it fired").containsOnly(Incident.RETRY).isNotEmpty();
        assertThat(stage.writer.work().state().up()).isTrue();
        assertThat(count(watcher, "SELECT count(*) FROM message_exchange")).isEqualTo(2);
        assertThat(count(watcher, "SELECT count(*) FROM dead_letter")).isZero();
      }
    }
  }
}
