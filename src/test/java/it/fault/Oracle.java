package it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import it.Client;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import redis.clients.jedis.RedisClient;

/**
 * Mints messages, records those whose push Redis has acknowledged, and judges what the service made
 * of them. Used by one thread.
 */
final class Oracle {
  private final String source = "oracle-" + UUID.randomUUID();
  private final Map<UUID, String> acknowledged = new HashMap<>();

  /** Pushes so many messages. */
  void push(RedisClient redis, int count) {
    for (int done = 0; done < count; ) {
      int part = Math.min(500, count - done);
      Map<UUID, String> minted = new HashMap<>();
      for (int i = 0; i < part; i++) {
        UUID uuid = UUID.randomUUID();
        minted.put(
            uuid,
            Client.message(uuid, source, Map.of("message_data", "{\"check\": \"" + uuid + "\"}")));
      }
      redis.lpush("MESSAGES", minted.values().toArray(new String[0]));
      acknowledged.putAll(minted);
      done += part;
    }
  }

  /** Waits until nothing is queued or claimed. */
  static void awaitDrained(RedisClient redis) {
    await()
        .atMost(120, SECONDS)
        .ignoreExceptions()
        .until(() -> redis.llen("MESSAGES") == 0 && redis.zcard("{MESSAGES}:claims") == 0);
  }

  /** Waits for the end of the work, then judges. */
  void judge(Client client) {
    awaitDrained(client.redis());
    UUID fresh = UUID.randomUUID();
    client.push(Client.message(fresh, "fresh"));
    client.awaitStored(fresh.toString());

    List<UUID> stored = new ArrayList<>();
    for (JsonValue value : client.subject(source)) {
      UUID uuid = UUID.fromString(value.asJsonObject().getString("message_uuid"));
      stored.add(uuid);
      assertThat(acknowledged).as("nothing invented").containsKey(uuid);
      assertThat(value.asJsonObject().getJsonObject("message_data").getString("check"))
          .as("content")
          .isEqualTo(uuid.toString());
    }
    assertThat(stored).as("nothing twice").doesNotHaveDuplicates();
    assertThat(stored).as("nothing missing").hasSize(acknowledged.size());
    assertThat(
            client.count(
                "SELECT count(*) FROM message_exchange WHERE source_subject_id = '" + source + "'"))
        .isEqualTo(acknowledged.size());
    assertThat(client.count("SELECT count(*) FROM message_key"))
        .isEqualTo(client.count("SELECT count(*) FROM message_exchange"));
    assertThat(client.count("SELECT count(*) FROM dead_letter")).isZero();
    assertThat(client.redis().keys("{MESSAGES}*")).as("nothing left behind").isEmpty();
  }
}
