package io.messagelogger.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.messagelogger.message.Message;
import io.messagelogger.store.Database;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Outcome;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.Transactions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What keeps expired messages from going, or goes with them. */
class RetentionIT {
  private final Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);

  private FreshDatabase fresh;
  private Database database;

  @BeforeEach
  void create() throws SQLException {
    fresh = new FreshDatabase();
    database = fresh.started("RETENTION", "30d");
  }

  @AfterEach
  void drop() throws SQLException {
    fresh.close();
  }

  private Outcome write(int days, int oldest) throws SQLException {
    List<Message> messages = new ArrayList<>();
    for (int day = 0; day < days; day++) {
      Instant time = today.minus(Duration.ofDays(oldest - day));
      messages.add(
          new Message(UUID.randomUUID(), time, null, "{}", "s", List.of("d"), "t", "y", null));
    }
    return FreshDatabase.write(
        new Transactions(fresh.source()), new BatchWriter(database), messages);
  }

  private long chunks() throws SQLException {
    return fresh.count("SELECT count(*) FROM show_chunks('message_exchange')");
  }

  @Test
  void messagesThatAreTooOldWhenTheyComeAreCounted() throws SQLException {
    assertThat(write(10, 35).expired()).as("midnight of thirty days ago too").isEqualTo(6);
  }

  /** Invariant: a step takes a bounded number of locks, however many chunks have expired. */
  @Test
  void chunksGoAFewATransaction() throws SQLException {
    assumeTrue(fresh.hasTimescale(), "this is not TimescaleDB");
    write(90, 95);
    Retention retention = new Retention(database);
    Instant cutoff = database.expiry().orElseThrow();
    List<Retention.Step> steps = new ArrayList<>();
    do {
      steps.add(retention.step(cutoff));
    } while (steps.get(steps.size() - 1).more());
    assertThat(steps.stream().mapToInt(Retention.Step::chunks).max()).hasValue(20);
    assertThat(steps.stream().mapToInt(Retention.Step::chunks).sum()).isEqualTo(65);
    assertThat(chunks()).isEqualTo(25);
    assertThat(retention.step(cutoff)).isEqualTo(new Retention.Step(0, 0, false));
  }

  @Test
  void aForeignKeyThatIsInTheWayIsNamed() throws SQLException {
    assumeTrue(fresh.hasTimescale(), "this is not TimescaleDB");
    write(5, 50);
    fresh.execute(
        """
        CREATE TABLE invoice (message_uuid uuid, origin_ts timestamptz,
          CONSTRAINT invoice_message FOREIGN KEY (message_uuid, origin_ts) REFERENCES message_exchange)
        """);
    Retention retention = new Retention(database);
    assertThat(retention.step(today).messages()).isEqualTo(5);
    assertThatThrownBy(() -> retention.step(today))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("invoice_message of table invoice")
        .hasMessageContaining("RETENTION=off");
    fresh.execute("DROP TABLE invoice");
    assertThat(retention.step(today).chunks()).as("what is half done is finished").isEqualTo(5);
  }

  /** Invariant: the clean-up's error never hides the first one. */
  @Test
  void theFirstErrorIsTold() {
    assertThatThrownBy(
            () ->
                database.maintain(
                    connection -> {
                      connection.close();
                      throw new SQLException("out of shared memory", "53200");
                    }))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage("out of shared memory (SQLSTATE 53200)");
  }
}
