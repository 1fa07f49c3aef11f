package io.messagelogger.store.writing;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.store.Database;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.Transactions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How rows come into the table, on a database of its own. */
class InsertionIT {
  private static final Instant NOON = Instant.parse("2026-05-27T12:00:00.123456Z");

  @Test
  void whatIsThereAlreadyIsFoundAndTheRestIsStored() throws Exception {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Database database = fresh.started("COMPRESS_AFTER", "off");
      assertThat(database.copies()).isTrue();
      Message known = message(UUID.randomUUID(), "{\"a\": 1}");
      fresh.execute(
          """
          INSERT INTO message_exchange VALUES ('%s', '%s', NULL, '{"a": 1}', 'from', ARRAY['to', 'too'], 'topic', 'type', '{}')
          """
              .formatted(known.messageUuid(), known.originTs()));
      List<Message> messages =
          List.of(message(UUID.randomUUID(), "1"), known, message(UUID.randomUUID(), null));
      assertThat(write(fresh, database, messages))
          .isEqualTo(new Outcome(Set.of(0, 2), Set.of(1), Set.of(), Set.of()));
      assertAllFoundByRecipient(database, messages);
      assertThat(write(fresh, database, messages).duplicates()).containsExactly(0, 1, 2);
      assertThat(fresh.count("SELECT count(*) FROM message_exchange")).isEqualTo(3);
      assertThat(fresh.count("SELECT count(*) FROM message_destination")).isEqualTo(6);
    }
  }

  /** A batch is copied whole, taken back when one of it is known, and not copied for a while. */
  @Test
  void oneThatIsKnownAmongNewOnesIsFoundWhereverItIs() throws Exception {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Database database = fresh.started("COMPRESS_AFTER", "off");
      BatchWriter writer = new BatchWriter(database);
      Transactions transactions = new Transactions(fresh.source());
      Message known = message(UUID.randomUUID(), "{\"a\": 1}");
      assertThat(FreshDatabase.write(transactions, writer, List.of(known)).stored())
          .containsExactly(0);
      int stored = 1;
      for (int batch = 0; batch < 40; batch++) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          messages.add(message(UUID.randomUUID(), "1"));
        }
        Set<Integer> duplicates = batch % 13 == 0 ? Set.of(batch % 5) : Set.of();
        duplicates.forEach(position -> messages.set(position, known));
        Outcome outcome = FreshDatabase.write(transactions, writer, messages);
        assertThat(outcome.duplicates()).as("batch %d", batch).isEqualTo(duplicates);
        assertThat(outcome.stored()).hasSize(5 - duplicates.size());
        stored += outcome.stored().size();
      }
      assertThat(fresh.count("SELECT count(*) FROM message_key")).isEqualTo(stored);
      assertThat(fresh.count("SELECT count(*) FROM message_exchange")).isEqualTo(stored);
      assertThat(fresh.count("SELECT count(*) FROM message_destination")).isEqualTo(2L * stored);
    }
  }

  /** A binary copy would put wrong values into columns of other types, or none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "message_data TYPE json",
        "ack_ts TYPE timestamp",
        "destination_subject_ids TYPE char(9)[]",
        "destination_subject_ids TYPE varchar(9)[]"
      })
  void aTableWithOtherTypesIsNotCopiedInto(String change) throws Exception {
    try (FreshDatabase fresh = new FreshDatabase()) {
      assertThat(fresh.started("COMPRESS_AFTER", "off").copies()).isTrue();
      fresh.execute("ALTER TABLE message_exchange ALTER COLUMN " + change);
      Database database = fresh.started("COMPRESS_AFTER", "off");
      assertThat(database.copies()).isFalse();
      List<Message> messages =
          List.of(message(UUID.randomUUID(), "{\"a\":1}"), message(UUID.randomUUID(), null));
      assertThat(write(fresh, database, messages).stored()).containsExactly(0, 1);
      assertThat(
              fresh.count(
                  "SELECT count(*) FROM message_exchange WHERE ack_ts = '2026-05-27 12:00:01Z'"))
          .isEqualTo(2);
    }
  }

  /** Whoever changes a table does not wait for a server to start anew. */
  @ParameterizedTest
  @ValueSource(strings = {"message_data TYPE json", "destination_subject_ids TYPE varchar(9)[]"})
  void aTableWhoseTypesChangeUnderAServerIsInsertedInto(String change) throws Exception {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Database database = fresh.started("COMPRESS_AFTER", "off");
      write(fresh, database, List.of(message(UUID.randomUUID(), "{}")));
      fresh.execute("ALTER TABLE message_exchange ALTER COLUMN " + change);
      List<Message> messages =
          List.of(message(UUID.randomUUID(), "{\"a\":1}"), message(UUID.randomUUID(), null));
      assertThat(write(fresh, database, messages).stored()).containsExactly(0, 1);
      assertThat(fresh.count("SELECT count(*) FROM message_exchange")).isEqualTo(3);
      assertThat(fresh.count("SELECT count(*) FROM message_destination")).isEqualTo(6);
    }
  }

  @Test
  void columnsOfAnotherLengthAreCopiedInto() throws Exception {
    try (FreshDatabase fresh = new FreshDatabase()) {
      fresh.started("COMPRESS_AFTER", "off");
      fresh.execute("ALTER TABLE message_exchange ALTER COLUMN topic TYPE varchar(200)");
      Database database = fresh.started("COMPRESS_AFTER", "off");
      assertThat(database.copies()).isTrue();
      Message message = message(UUID.randomUUID(), "{}");
      write(fresh, database, List.of(message));
      assertThat(new MessageFinder(database).find(message.messageUuid(), Scope.ALL))
          .hasValue(message);
    }
  }

  /** More than a buffer holds, in one row and in many. */
  @Test
  void largeRowsAndManyRowsAreKept() throws Exception {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Database database = fresh.started("COMPRESS_AFTER", "off");
      List<Message> messages = new ArrayList<>();
      for (int size : new int[] {0, 1, 65_000, 65_536, 200_000, 1_000_000}) {
        messages.add(message(UUID.randomUUID(), '"' + "é".repeat(size) + '"'));
      }
      for (int i = 0; i < 2000; i++) {
        messages.add(message(UUID.randomUUID(), Integer.toString(i)));
      }
      Collections.shuffle(messages, new Random(42));
      assertThat(write(fresh, database, messages).stored()).hasSize(messages.size());
      MessageFinder finder = new MessageFinder(database);
      for (Message message : messages) {
        assertThat(finder.find(message.messageUuid(), Scope.ALL)).hasValue(message);
      }
    }
  }

  private static Outcome write(FreshDatabase fresh, Database database, List<Message> messages)
      throws SQLException {
    return FreshDatabase.write(
        new Transactions(fresh.source()), new BatchWriter(database), messages);
  }

  private static void assertAllFoundByRecipient(Database database, List<Message> messages) {
    for (String recipient : new String[] {"to", "too"}) {
      assertThat(
              new MessageFinder(database)
                  .search(Filter.subject(recipient), Scope.ALL, null, 10)
                  .messages())
          .containsExactlyInAnyOrderElementsOf(messages);
    }
  }

  private static Message message(UUID uuid, @Nullable String data) {
    return new Message(
        uuid,
        NOON,
        Instant.parse("2026-05-27T12:00:01Z"),
        data,
        "from",
        List.of("to", "too"),
        "topic",
        "type",
        "{}");
  }
}
