package io.messagelogger.it;

import static io.messagelogger.testing.Client.message;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the list into the tables. After every test nothing waits and nothing is claimed. */
class IngestIT extends OnServer {
  private static final byte[] QUEUE = "MESSAGES".getBytes(StandardCharsets.UTF_8);

  @AfterEach
  void nothingIsLeft() {
    awaitDrained();
    await().atMost(10, SECONDS).until(() -> client.redis().keys("{MESSAGES}*").isEmpty());
  }

  @Test
  void bothEndsOfTheListWork() {
    UUID left = UUID.randomUUID();
    UUID right = UUID.randomUUID();
    client.redis().lpush("MESSAGES", message(left, "left"));
    client.redis().rpush("MESSAGES", message(right, "right"));
    client.awaitStored(left.toString());
    client.awaitStored(right.toString());
  }

  @Test
  void poisonBecomesADeadLetterAndItsNeighboursAreStored() {
    byte[] poison = ("poison \0 " + UUID.randomUUID()).getBytes(StandardCharsets.ISO_8859_1);
    poison[0] = (byte) 0xff;
    List<byte[]> batch = new ArrayList<>();
    List<UUID> good = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      if (i % 10 == 0) { // first, middle and last
        batch.add(poison);
      } else {
        UUID uuid = UUID.randomUUID();
        good.add(uuid);
        batch.add(message(uuid, "neighbour").getBytes(StandardCharsets.UTF_8));
      }
    }
    client.redis().lpush(QUEUE, batch.toArray(new byte[0][]));
    good.forEach(uuid -> client.awaitStored(uuid.toString()));
    awaitDrained();
    String hex = HexFormat.of().formatHex(poison);
    assertThat(
            client.count(
                "SELECT sum(occurrences) FROM dead_letter WHERE payload = '\\x" + hex + "'"))
        .isEqualTo(3);
    assertThat(
            client.count(
                "SELECT count(*) FROM dead_letter WHERE sha256 = sha256('\\x"
                    + hex
                    + "') AND reason LIKE '%UTF-8%'"))
        .isEqualTo(1);
  }

  @Test
  void aMessageThatComesAgainIsStoredOnce() {
    UUID uuid = UUID.randomUUID();
    double before = client.metric("message_logger_duplicate_total");
    client.push(message(uuid, "again", Map.of("message_data", "{\"a\": 1, \"b\": 2}")));
    client.awaitStored(uuid.toString());
    client.push(message(uuid, "again", Map.of("message_data", "{\"b\":2,\"a\":1.0}")));
    awaitDrained();
    assertThat(client.subject("again").stream().filter(m -> has(m.asJsonObject(), uuid)))
        .hasSize(1);
    await()
        .atMost(10, SECONDS)
        .until(() -> client.metric("message_logger_duplicate_total") == before + 1);
  }

  @Test
  void aLaterCopyFillsInWhenItWasAcknowledged() {
    UUID uuid = UUID.randomUUID();
    client.push(message(uuid, "ack"));
    client.awaitStored(uuid.toString());
    client.push(message(uuid, "ack", Map.of("ack_ts", "\"2025-05-27T10:30:01.5Z\"")));
    await()
        .atMost(10, SECONDS)
        .untilAsserted(
            () ->
                assertThat(client.awaitStored(uuid.toString()).getString("ack_ts", null))
                    .isEqualTo("2025-05-27T10:30:01.500Z"));
    client.push(message(uuid, "ack")); // and an older copy does not take it away
    awaitDrained();
    assertThat(client.awaitStored(uuid.toString()).getString("ack_ts"))
        .isEqualTo("2025-05-27T10:30:01.500Z");
  }

  @Test
  void otherContentUnderAKnownUuidIsAConflict() {
    UUID uuid = UUID.randomUUID();
    client.push(message(uuid, "first"));
    client.awaitStored(uuid.toString());
    client.push(message(uuid, "second"));
    awaitDrained();
    assertThat(client.awaitStored(uuid.toString()).getString("source_subject_id"))
        .isEqualTo("first");
    assertThat(
            client.count(
                "SELECT count(*) FROM dead_letter WHERE reason LIKE 'conflict%" + uuid + "%'"))
        .isEqualTo(1);
  }

  @Test
  void copiesAndConflictsWithinOneBatchAreToldApart() {
    UUID uuid = UUID.randomUUID();
    client
        .redis()
        .lpush(
            "MESSAGES",
            message(uuid, "batch"),
            message(uuid, "batch"),
            message(uuid, "other"),
            message(uuid, "batch", Map.of("ack_ts", "\"2025-05-27T10:30:01Z\"")));
    client.awaitStored(uuid.toString());
    awaitDrained();
    JsonObject stored = client.awaitStored(uuid.toString());
    assertThat(stored.getString("source_subject_id")).isEqualTo("batch");
    assertThat(stored.getString("ack_ts")).isEqualTo("2025-05-27T10:30:01Z");
    assertThat(
            client.count(
                "SELECT count(*) FROM dead_letter WHERE reason LIKE 'conflict%" + uuid + "%'"))
        .isEqualTo(1);
  }

  @Test
  void theClaimOfAServerThatHasGoneIsTakenOver() {
    UUID uuid = UUID.randomUUID();
    String id = UUID.randomUUID() + ".0";
    client.redis().rpush("{MESSAGES}:claim:" + id, message(uuid, "orphan"));
    client.redis().zadd("{MESSAGES}:claims", (double) Instant.now().toEpochMilli() + 1000, id);
    client.awaitStored(uuid.toString());
  }

  @Test
  void aClaimWhoseMessagesWereStoredBeforeIsOnlyCleanedUp() {
    UUID uuid = UUID.randomUUID();
    client.push(message(uuid, "replayed"));
    client.awaitStored(uuid.toString());
    awaitDrained();
    String id = UUID.randomUUID() + ".0";
    client.redis().rpush("{MESSAGES}:claim:" + id, message(uuid, "replayed"));
    client.redis().zadd("{MESSAGES}:claims", 1, id);
    awaitDrained();
    assertThat(client.subject("replayed").stream().filter(m -> has(m.asJsonObject(), uuid)))
        .hasSize(1);
  }

  @Test
  void valuesAreNotAltered() {
    String data =
        "{\"big\": 123456789012345678901234567890.10, \"text\": \"tab\\t quote\\\" \\u00e9"
            + " \\ud83d\\ude00\", \"nested\": [[], {}, null, true, -0.5e-3]}";
    UUID uuid = UUID.randomUUID();
    client.push(
        message(uuid, "values", Map.of("message_data", data, "message_metadata", "\"just text\"")));
    JsonObject stored = client.awaitStored(uuid.toString());
    assertThat(stored.get("message_data").asJsonObject().getJsonNumber("big").toString())
        .isEqualTo("123456789012345678901234567890.10");
    JsonObject expected = Client.object(data);
    assertThat(stored.get("message_data").asJsonObject().get("text"))
        .isEqualTo(expected.get("text"));
    assertThat(stored.get("message_data").asJsonObject().getJsonArray("nested").subList(0, 4))
        .isEqualTo(expected.getJsonArray("nested").subList(0, 4));
    assertThat(stored.getString("message_metadata")).isEqualTo("just text");
  }

  @Test
  void whatOnlyTheDatabaseRefusesBecomesADeadLetterToo() {
    long before = client.count("SELECT coalesce(max(dead_letter_id), 0) FROM dead_letter");
    UUID good = UUID.randomUUID();
    UUID poison = UUID.randomUUID();
    try (Refusal refusal = new Refusal(client, "message_uuid", poison.toString())) {
      client
          .redis()
          .lpush(
              "MESSAGES",
              message(good, "good"),
              message(UUID.fromString(refusal.value()), "bad"),
              message(UUID.randomUUID(), "good"));
      client.awaitStored(good.toString());
      awaitDrained();
    }
    assertThat(
            client.count(
                "SELECT count(*) FROM dead_letter WHERE sqlstate = '22023' AND dead_letter_id > "
                    + before))
        .isEqualTo(1);
  }

  @Test
  void aBacklogIsStoredWholeAndOnce() {
    String source = "backlog-" + UUID.randomUUID();
    int count = 20_000;
    Random random = new Random(7);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(
          message(
              UUID.randomUUID(),
              source,
              Map.of("message_data", "\"" + "x".repeat(random.nextInt(600)) + "\"")));
    }
    Collections.shuffle(sent, random);
    for (int i = 0; i < count; i += 1000) {
      client.redis().lpush("MESSAGES", sent.subList(i, i + 1000).toArray(new String[0]));
    }
    awaitDrained();
    assertThat(client.subject(source)).hasSize(count);
    assertThat(
            client.count(
                "SELECT count(DISTINCT message_uuid) FROM message_exchange WHERE source_subject_id"
                    + " = '"
                    + source
                    + "'"))
        .isEqualTo(count);
  }

  private static boolean has(JsonObject message, UUID uuid) {
    return message.getString("message_uuid").equals(uuid.toString());
  }
}
