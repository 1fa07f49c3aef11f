package io.messagelogger.store.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.store.Database;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.upkeep.Folding;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.Transactions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes known of messages after their rows were compressed. */
class LaterFactsIT {
  private static final Logger LOG = Logger.getLogger(LaterFactsIT.class.getName());

  private final Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(20));

  private FreshDatabase fresh;
  private Transactions transactions;
  private Database database;

  @BeforeEach
  void create() throws SQLException {
    fresh = new FreshDatabase();
    transactions = new Transactions(fresh.source());
    database = fresh.started();
    assumeTrue(fresh.hasTimescale(), "this is not TimescaleDB");
  }

  @AfterEach
  void drop() throws SQLException {
    fresh.close();
  }

  private static Message message(Instant time, @Nullable Instant ackTs) {
    return new Message(
        UUID.randomUUID(),
        time,
        ackTs,
        "{\"order\": \"%s\"}".formatted(UUID.randomUUID()),
        "s",
        List.of("d", "a \"quoted\\ one\""),
        "t",
        "y",
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

  private List<Message> stored(int count) throws SQLException {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(message(day.plusMillis(86_000_000L * i / count), null));
    }
    for (int from = 0; from < count; from += 1000) {
      write(messages.subList(from, Math.min(count, from + 1000)));
    }
    return messages;
  }

  private Outcome write(List<Message> messages) throws SQLException {
    return FreshDatabase.write(transactions, new BatchWriter(database), messages);
  }

  private void compress() throws SQLException {
    fresh.execute("SELECT compress_chunk(c) FROM show_chunks('message_exchange') AS c");
    fresh.execute("VACUUM ANALYZE");
  }

  private long size() throws SQLException {
    return fresh.count("SELECT pg_database_size(current_database())");
  }

  private List<Message> acknowledgements(List<Message> messages, int count, long seed) {
    List<Message> chosen = new ArrayList<>(messages);
    Collections.shuffle(chosen, new Random(seed));
    return chosen.subList(0, count).stream()
        .map(message -> acknowledged(message, message.originTs().plusSeconds(864_000)))
        .toList();
  }

  /** Invariant: no compressed row is rewritten, whatever the number of acknowledgements. */
  @Test
  void acknowledgementsOfACompressedDayTakeSecondsAndNoSpace() throws SQLException {
    List<Message> messages = stored(60_000);
    compress();
    List<Message> acknowledgements = acknowledgements(messages, 3_000, 1);
    long before = size();
    long start = System.nanoTime();
    for (int from = 0; from < 3_000; from += 500) {
      List<Message> batch = new ArrayList<>(acknowledgements.subList(from, from + 500));
      batch.add(message(Instant.now().truncatedTo(ChronoUnit.MICROS), null));
      Outcome outcome = write(batch);
      assertThat(outcome.duplicates()).hasSize(500);
      assertThat(outcome.stored()).as("a fresh message among them").containsExactly(500);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    long grown = size() - before;
    LOG.info("3,000 late acknowledgements: %s, %,d bytes".formatted(took, grown));
    assertThat(took).isLessThan(Duration.ofSeconds(15));
    assertThat(grown).isLessThan(2_000_000);
    assertThat(unpacked()).isZero();
    MessageFinder finder = new MessageFinder(database);
    for (Message message : acknowledgements.subList(0, 100)) {
      assertThat(finder.find(message.messageUuid(), Scope.ALL)).hasValue(message);
    }
    assertThat(write(acknowledgements.subList(0, 1000)).duplicates()).as("again").hasSize(1000);
    Message other = acknowledged(acknowledgements.get(0), day);
    assertThat(write(List.of(other)).conflicts()).as("another time").containsExactly(0);
  }

  /** Chunks of which a part has come out of compression. */
  private long unpacked() throws SQLException {
    return fresh.count("SELECT count(*) FROM _timescaledb_catalog.chunk WHERE status & 8 <> 0");
  }

  /** Two servers may get the same acknowledgement, and different ones. */
  @Test
  void ofDifferentAcknowledgementsOneHolds() throws Exception {
    List<Message> messages = stored(500);
    compress();
    ExecutorService executor = Executors.newFixedThreadPool(4);
    List<Callable<Outcome>> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Instant time = day.plusSeconds(864_000 + i / 2);
      List<Message> batch =
          new ArrayList<>(messages.stream().map(m -> acknowledged(m, time)).toList());
      Collections.shuffle(batch, new Random(i));
      writers.add(() -> write(batch));
    }
    int conflicts = 0;
    for (Future<Outcome> outcome : executor.invokeAll(writers)) {
      conflicts += outcome.get().conflicts().size();
    }
    executor.shutdown();
    assertThat(conflicts).as("three of four times").isEqualTo(6 * 500);
    assertThat(fresh.count("SELECT count(*) FROM message_later")).isEqualTo(500);
  }

  /** A row that is not compressed is changed in its place, where everybody sees it. */
  @Test
  void rowsOfOtherChunksAreFilledIn() throws SQLException {
    List<Message> old = stored(100);
    compress();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    List<Message> messages = new ArrayList<>(old);
    for (Instant time : List.of(now.minusSeconds(60), day.minus(Duration.ofDays(40)), now)) {
      messages.add(message(time, null));
    }
    write(messages.subList(100, 103));
    List<Message> acknowledgements =
        messages.stream().map(message -> acknowledged(message, now)).toList();
    assertThat(write(acknowledgements).duplicates()).hasSize(103);
    assertThat(fresh.count("SELECT count(*) FROM message_exchange WHERE ack_ts IS NOT NULL"))
        .isEqualTo(3);
    assertThat(fresh.count("SELECT count(*) FROM message_later")).isEqualTo(100);
    MessageFinder finder = new MessageFinder(database);
    for (Message message : acknowledgements) {
      assertThat(finder.find(message.messageUuid(), Scope.ALL)).hasValue(message);
    }
  }

  /** Who decompresses a chunk gets rows that say everything. */
  @Test
  void whatIsKnownIsFoldedIntoAChunkThatIsDecompressed() throws SQLException {
    List<Message> messages = stored(1_500);
    compress();
    List<Message> acknowledgements = acknowledgements(messages, 1_200, 2);
    write(acknowledgements);
    Folding folding = new Folding(database);
    assertThat(folding.step()).as("compressed").isFalse();
    fresh.execute("SELECT decompress_chunk(c) FROM show_chunks('message_exchange') AS c");
    assertThat(folding.step()).isTrue();
    assertThat(folding.step()).isTrue();
    assertThat(folding.step()).isFalse();
    assertThat(fresh.count("SELECT count(*) FROM message_later")).isZero();
    assertThat(fresh.count("SELECT count(*) FROM message_exchange WHERE ack_ts IS NOT NULL"))
        .isEqualTo(1_200);
    assertThat(write(acknowledgements).duplicates()).hasSize(1_200);
  }
}
