package io.messagelogger.store.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.Database;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.finding.MessageFinder.Page;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Transactions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Writing and reading on a real database, whichever kind it is: the same tests hold with
 * TimescaleDB and without. Rows have uuids and subjects of their own, so tests do not see each
 * other's.
 */
class StoreIT {
  private static final Instant NOON = Instant.parse("2025-05-27T12:00:00.123456Z");

  private static Transactions transactions;
  private static BatchWriter writer;
  private static MessageFinder finder;

  private final String claim = UUID.randomUUID().toString();
  private final String subject = "store-" + UUID.randomUUID();

  @BeforeAll
  static void migrate() throws InterruptedException {
    transactions = new Transactions(Client.dataSource(TestServices.settings()));
    Database database = FreshDatabase.prepared(transactions, TestServices.settings());
    assertThat(database.condition().state().up())
        .as(database.condition().state().reason())
        .isTrue();
    assertThat(database.awaitReady(0, TimeUnit.SECONDS)).isTrue();
    writer = new BatchWriter(database);
    finder = new MessageFinder(database);
  }

  @Test
  void whatIsWrittenIsRead() throws SQLException {
    Message whole =
        new Message(
            UUID.randomUUID(),
            NOON,
            NOON.plusSeconds(1),
            "{\"a\": 1.10}",
            subject,
            List.of("b", "b", "c d/é😀", ""),
            "topic",
            "type",
            "[]");
    Message sparse =
        new Message(UUID.randomUUID(), NOON, null, null, subject, null, null, null, null);
    Outcome outcome = write(whole, sparse);
    assertThat(outcome).isEqualTo(new Outcome(Set.of(0, 1), Set.of(), Set.of(), Set.of()));
    assertThat(finder.find(whole.messageUuid(), Scope.ALL)).hasValue(whole);
    assertThat(finder.find(sparse.messageUuid(), Scope.ALL)).hasValue(sparse);
    assertThat(finder.find(UUID.randomUUID(), Scope.ALL)).isEmpty();
  }

  @Test
  void theTimesThatAreAcceptedAreKept() throws SQLException {
    for (String time :
        List.of(
            "1970-01-01T00:00:00Z",
            "1970-01-01T00:00:00.000001Z",
            "1999-12-31T23:59:59.999999Z",
            Instant.now().plusSeconds(86_000).truncatedTo(ChronoUnit.MICROS) + "")) {
      Message message = message(Instant.parse(time), null);
      write(message);
      assertThat(finder.find(message.messageUuid(), Scope.ALL)).hasValue(message);
      assertThat(finder.search(Filter.subject(subject), Scope.ALL, null, 1000).messages())
          .contains(message);
    }
    Message ancient = message(NOON, Instant.parse("0001-01-01T00:00:00Z"));
    Message distant = message(NOON, Instant.parse("9999-12-31T23:59:59.999999Z"));
    write(ancient, distant);
    assertThat(finder.find(ancient.messageUuid(), Scope.ALL)).hasValue(ancient);
    assertThat(finder.find(distant.messageUuid(), Scope.ALL)).hasValue(distant);
  }

  @Test
  void copiesAreDuplicatesAndStoredOnce() throws SQLException {
    Message message = message(NOON, null);
    assertThat(write(message, message))
        .isEqualTo(new Outcome(Set.of(0), Set.of(1), Set.of(), Set.of()));
    assertThat(write(message)).isEqualTo(new Outcome(Set.of(), Set.of(0), Set.of(), Set.of()));
    assertThat(finder.search(Filter.subject(subject), Scope.ALL, null, 10).messages())
        .containsExactly(message);
  }

  @Test
  void aMissingAcknowledgementIsFilledInAndNeverTakenBack() throws SQLException {
    Message plain = message(NOON, null);
    Message acknowledged = acknowledged(plain, NOON.plusSeconds(5));
    write(plain);
    assertThat(write(acknowledged).duplicates()).containsExactly(0);
    assertThat(finder.find(plain.messageUuid(), Scope.ALL)).hasValue(acknowledged);
    assertThat(write(plain).duplicates()).containsExactly(0);
    assertThat(finder.find(plain.messageUuid(), Scope.ALL)).hasValue(acknowledged);
    assertThat(write(acknowledged(plain, NOON.plusSeconds(6))).deadLetters()).containsExactly(0);
    assertThat(finder.find(plain.messageUuid(), Scope.ALL)).hasValue(acknowledged);
  }

  @Test
  void otherContentIsAConflictWhateverDiffers() throws SQLException {
    Message m =
        new Message(
            UUID.randomUUID(), NOON, null, "{\"a\": 1}", subject, List.of("x"), "t", "y", "{}");
    write(m);
    UUID u = m.messageUuid();
    List<Message> others =
        List.of(
            new Message(
                u, NOON.plusSeconds(1), null, "{\"a\": 1}", subject, List.of("x"), "t", "y", "{}"),
            new Message(u, NOON, null, "{\"a\": 2}", subject, List.of("x"), "t", "y", "{}"),
            new Message(u, NOON, null, null, subject, List.of("x"), "t", "y", "{}"),
            new Message(u, NOON, null, "{\"a\": 1}", subject + "2", List.of("x"), "t", "y", "{}"),
            new Message(u, NOON, null, "{\"a\": 1}", subject, List.of("x", "x"), "t", "y", "{}"),
            new Message(u, NOON, null, "{\"a\": 1}", subject, null, "t", "y", "{}"),
            new Message(u, NOON, null, "{\"a\": 1}", subject, List.of("x"), null, "y", "{}"),
            new Message(u, NOON, null, "{\"a\": 1}", subject, List.of("x"), "t", "z", "{}"),
            new Message(u, NOON, null, "{\"a\": 1}", subject, List.of("x"), "t", "y", "[]"));
    for (Message other : others) {
      assertThat(write(other)).isEqualTo(new Outcome(Set.of(), Set.of(), Set.of(0), Set.of(0)));
    }
    Message respelled =
        new Message(u, NOON, null, "{ \"a\" : 1.0 }", subject, List.of("x"), "t", "y", "{}");
    assertThat(write(respelled).duplicates()).containsExactly(0);
    assertThat(finder.find(u, Scope.ALL)).hasValue(m);
  }

  @Test
  void deadLettersKeepTheirBytesOnceAndAreCounted() throws SQLException {
    byte[] payload = new byte[300];
    new Random().nextBytes(payload);
    List<DeadLetter> twice =
        List.of(
            new DeadLetter(0, payload, DeadLetter.Kind.INVALID, "no \0 JSON", null, 1),
            new DeadLetter(1, payload, DeadLetter.Kind.INVALID, "no \0 JSON", null, 1));
    Outcome outcome = transactions.run(() -> writer.write(claim, List.of(), twice));
    assertThat(outcome).isEqualTo(new Outcome(Set.of(), Set.of(), Set.of(0, 1), Set.of()));
    assertThat(occurrences(payload)).isEqualTo(2);
    // The same claim again, after a commit of which nothing was heard: not counted twice.
    transactions.run(() -> writer.write(claim, List.of(), twice));
    assertThat(occurrences(payload)).isEqualTo(2);
    transactions.run(() -> writer.write("another", List.of(), twice));
    assertThat(occurrences(payload)).isEqualTo(4);
  }

  /** A row that the database takes without an error and does not store must not count as stored. */
  @Test
  void aRowThatATriggerDropsInSilenceIsNoticed() throws SQLException {
    String name = "drop_" + subject.replace('-', '_');
    try (Client client = new Client(TestServices.settings(), 0)) {
      assumeTrue(
          client.count("SELECT count(*) FROM pg_extension WHERE extname = 'citus'") == 0,
          "Citus refuses triggers on distributed tables");
      client.execute(
          """
          CREATE FUNCTION %1$s() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF NEW.source_subject_id = '%2$s' THEN RETURN NULL; END IF;
            RETURN NEW;
          END $$;
          CREATE TRIGGER %1$s BEFORE INSERT ON message_exchange
            FOR EACH ROW EXECUTE FUNCTION %1$s();
          """
              .formatted(name, subject));
      try {
        assertThatThrownBy(() -> write(message(NOON, null), message(NOON, null)))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("a trigger may have dropped it")
            .satisfies(e -> assertThat(SqlFailure.of(e).kind()).isEqualTo(SqlFailure.Kind.DATA));
      } finally {
        client.execute("DROP TRIGGER %s ON message_exchange".formatted(name));
      }
    }
    assertThat(finder.search(Filter.subject(subject), Scope.ALL, null, 10).messages()).isEmpty();
    assertThat(write(message(NOON, null)).stored()).containsExactly(0);
  }

  @Test
  void aBatchOfAnySizeIsStoredWhole() throws SQLException {
    for (int size : new int[] {1, 2, 3, 127, 128, 129, 1000}) {
      Message[] messages = new Message[size];
      for (int i = 0; i < size; i++) {
        messages[i] = message(NOON.plusSeconds(i), null);
      }
      assertThat(write(messages).stored()).hasSize(size);
      for (Message message : messages) {
        assertThat(finder.find(message.messageUuid(), Scope.ALL)).hasValue(message);
      }
    }
  }

  @Test
  void aBatchIsStoredWholeOrNotAtAll() throws SQLException {
    Message good = message(NOON, null);
    Message bad =
        new Message(UUID.randomUUID(), NOON, null, "{not json}", subject, null, null, null, null);
    byte[] payload = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(
            () ->
                transactions.run(
                    () ->
                        writer.write(
                            claim,
                            incoming(good, bad),
                            List.of(
                                new DeadLetter(
                                    2, payload, DeadLetter.Kind.INVALID, "why", null, 1)))))
        .isInstanceOf(SQLException.class)
        .satisfies(e -> assertThat(SqlFailure.of(e).kind()).isEqualTo(SqlFailure.Kind.DATA))
        .satisfies(e -> assertThat(SqlFailure.of(e).sqlState()).isEqualTo("22P02"))
        .satisfies(e -> assertThat(SqlFailure.of(e).reason()).doesNotContain("not json}"));
    assertThat(finder.find(good.messageUuid(), Scope.ALL)).isEmpty();
    assertThat(finder.search(Filter.subject(subject), Scope.ALL, null, 10).messages()).isEmpty();
    assertThat(occurrences(payload)).isZero();
    assertThat(write(good).stored()).containsExactly(0);
  }

  @Test
  void aRowThatWasDeletedBehindItsKeyCanBeStoredAgain() throws SQLException {
    Message message = message(NOON, null);
    write(message);
    execute(
        "DELETE FROM message_exchange WHERE message_uuid = '%s'".formatted(message.messageUuid()));
    assertThat(finder.find(message.messageUuid(), Scope.ALL)).isEmpty();
    assertThat(write(message, message))
        .isEqualTo(new Outcome(Set.of(0), Set.of(1), Set.of(), Set.of()));
    assertThat(finder.find(message.messageUuid(), Scope.ALL)).hasValue(message);
    assertThat(finder.search(Filter.subject(subject), Scope.ALL, null, 10).messages())
        .containsExactly(message);
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrOverlap() throws SQLException {
    List<Message> all = new ArrayList<>();
    for (int i = 0; i < 57; i++) {
      all.add(message(NOON.plusSeconds(i / 5), null)); // five at a time share their time
    }
    Collections.shuffle(all, new Random(3));
    write(all.toArray(new Message[0]));
    List<Message> read = new ArrayList<>();
    Position next = null;
    do {
      Page page = finder.search(Filter.subject(subject), Scope.ALL, next, 10);
      assertThat(page.messages().size()).isBetween(1, 10);
      read.addAll(page.messages());
      next = page.next();
    } while (next != null);
    assertThat(read).containsExactlyInAnyOrderElementsOf(all);
    for (int i = 1; i < read.size(); i++) {
      assertThat(read.get(i).originTs()).isBeforeOrEqualTo(read.get(i - 1).originTs());
    }
  }

  @Test
  void recipientsFindTheirMessagesOnceEach() throws SQLException {
    Message toMany =
        new Message(
            UUID.randomUUID(),
            NOON,
            null,
            null,
            "sender",
            List.of(subject, "other", subject),
            null,
            null,
            null);
    Message toItself =
        new Message(
            UUID.randomUUID(), NOON, null, null, subject, List.of(subject), null, null, null);
    write(toMany, toItself);
    assertThat(finder.search(Filter.subject(subject), Scope.ALL, null, 10).messages())
        .containsExactlyInAnyOrder(toMany, toItself);
  }

  /**
   * Invariant: whatever writers do at the same time with overlapping batches in any order, each
   * uuid has one row, every message is accounted for by exactly one of them as stored, and no
   * writer fails (no deadlock).
   */
  @Test
  void writersOfTheSameMessagesDoNotGetInEachOthersWay() throws Exception {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      messages.add(message(NOON.plusSeconds(i), null));
    }
    ExecutorService executor = Executors.newFixedThreadPool(6);
    List<Callable<Outcome>> writers = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      List<Message> own = new ArrayList<>(messages);
      Collections.shuffle(own, new Random(i));
      Message[] batch = own.subList(0, 300).toArray(new Message[0]);
      writers.add(() -> write(batch));
    }
    int stored = 0;
    for (Future<Outcome> outcome : executor.invokeAll(writers)) {
      assertThat(outcome.get().deadLetters()).isEmpty();
      stored += outcome.get().stored().size();
    }
    executor.shutdown();
    List<Message> read = finder.search(Filter.subject(subject), Scope.ALL, null, 1000).messages();
    assertThat(read).doesNotHaveDuplicates();
    assertThat(stored).isEqualTo(read.size());
    assertThat(
            query(
                "SELECT count(*) FROM message_exchange WHERE source_subject_id = '"
                    + subject
                    + "'"))
        .isEqualTo(stored);
  }

  private Message message(Instant originTs, @Nullable Instant ackTs) {
    return new Message(
        UUID.randomUUID(), originTs, ackTs, "{}", subject, List.of("x"), "t", "y", null);
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

  private Outcome write(Message... messages) throws SQLException {
    return transactions.run(() -> writer.write(claim, incoming(messages), List.of()));
  }

  private static List<Incoming> incoming(Message... messages) {
    List<Incoming> incoming = new ArrayList<>();
    for (int i = 0; i < messages.length; i++) {
      byte[] payload = messages[i].toString().getBytes(StandardCharsets.UTF_8);
      incoming.add(new Incoming(i, payload, messages[i]));
    }
    return incoming;
  }

  private static long occurrences(byte[] payload) throws SQLException {
    return query(
        "SELECT coalesce(sum(occurrences), 0) FROM dead_letter WHERE payload = '\\x%s'"
            .formatted(HexFormat.of().formatHex(payload)));
  }

  private static long query(String sql) throws SQLException {
    try (Connection connection = transactions.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = transactions.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
