package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that cannot be stored, among messages that can. */
class PoisonIT extends SharedServer {
  static final int MAX_BYTES = 65_536;
  private static final int BATCH = 20;

  private final Path armed = armed();
  private final Rule holdUp =
      Rule.delayWhenArmed("held-up-while-halving", Steps.ISOLATING, armed, 3000);

  @Override
  List<Rule> rules() {
    return List.of(holdUp);
  }

  @Override
  String[] settings() {
    return new String[] {
      "BATCH_SIZE", Integer.toString(BATCH),
      "BATCH_INTERVAL", "0.05",
      "MAX_MESSAGE_BYTES", Integer.toString(MAX_BYTES)
    };
  }

  /** The database refuses what no rule of the service refuses. */
  @BeforeEach
  void refuse() throws Exception {
    administer(
        "ALTER TABLE message_exchange DROP CONSTRAINT IF EXISTS refused",
        "ALTER TABLE message_exchange ADD CONSTRAINT refused CHECK (topic <> 'refused')");
  }

  @ParameterizedTest
  @EnumSource(PoisonKind.class)
  void itsNeighboursAreStoredAndItsBytesKept(PoisonKind kind) {
    for (int position : new int[] {0, BATCH / 2, BATCH - 1}) {
      double batches = client.metric("message_logger_batches_total");
      oracle.push(client.redis(), messages(BATCH - 1), List.of(kind.next()), position);
      awaitDrained();
      if (kind != PoisonKind.TOO_LARGE) { // which is claimed apart
        await()
            .atMost(10, SECONDS)
            .untilAsserted(
                () ->
                    assertThat(client.metric("message_logger_batches_total") - batches)
                        .as("all came in one batch")
                        .isEqualTo(1));
      }
    }
    oracle.push(client.redis(), messages(BATCH / 2), poisons(kind, BATCH / 2), BATCH / 4);
    judge();
  }

  @Test
  void everyKindIsInOneBatchWithAnother() {
    List<PoisonKind> kinds = new ArrayList<>(List.of(PoisonKind.values()));
    kinds.addAll(List.of(PoisonKind.values()));
    Collections.shuffle(kinds);
    for (PoisonKind kind : kinds) {
      oracle.push(client.redis(), messages(3), List.of(kind.next()), 1);
    }
    judge();
  }

  @Test
  void theSamePoisonAgainIsOneDeadLetterWithACount() {
    Oracle.Poison poison = PoisonKind.TRUNCATED.next();
    Oracle.Poison refused = PoisonKind.REFUSED_BY_THE_DATABASE.next();
    for (int i = 0; i < 5; i++) {
      List<Oracle.Poison> both = List.of(poison, refused, poison);
      oracle.push(client.redis(), messages(BATCH - 3), both, i);
    }
    judge();
  }

  @Test
  void aMessageUnderAnothersUuidIsAConflict() {
    for (int position : new int[] {0, BATCH / 2, BATCH - 1}) {
      Minted first = oracle.message();
      oracle.push(client.redis(), List.of(first), List.of(), 0);
      awaitDrained();
      oracle.push(client.redis(), messages(BATCH - 1), List.of(conflict(first)), position);
      awaitDrained();
    }
    // Both in one batch: the first one wins.
    Minted first = oracle.message();
    List<Minted> messages = new ArrayList<>(messages(BATCH - 2));
    messages.add(0, first);
    double conflicts = client.metric("message_logger_conflict_total");
    oracle.push(client.redis(), messages, List.of(conflict(first)), BATCH - 1);
    judge();
    assertThat(client.metric("message_logger_conflict_total")).isEqualTo(conflicts + 1);
  }

  @Test
  void anOutageDuringTheSearchMakesNoMorePoisonThanThereIs() throws Exception {
    Files.createFile(armed);
    oracle.push(
        client.redis(), messages(BATCH - 1), poisons(PoisonKind.REFUSED_BY_THE_DATABASE, 1), 7);
    await().atMost(30, SECONDS).until(() -> server.log().contains(holdUp.marker()));
    database.kill();
    server.awaitDown("drainer", "08");
    database.restart();
    judge();
    assertThat(client.metric("message_logger_retries_total")).as("an outage").isPositive();
    assertThat(client.metric("message_logger_bisections_total")).as("a search").isPositive();
  }

  private List<Minted> messages(int count) {
    return Stream.generate(oracle::message).limit(count).toList();
  }

  private static List<Oracle.Poison> poisons(PoisonKind kind, int count) {
    return Stream.generate(kind::next).limit(count).toList();
  }

  private static Oracle.Poison conflict(Minted message) {
    String json = Client.message(message.uuid(), "another");
    return new Oracle.Poison(json.getBytes(StandardCharsets.UTF_8), "conflict");
  }

  private static Path armed() {
    try {
      return Folder.create().resolve("armed");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
