package io.messagelogger.it.fault;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

/** Hears what is published on the queue's channel, beside the service's own feed. Thread-safe. */
final class Published implements AutoCloseable {
  private static final Pattern UUID_KEY = Pattern.compile("\"message_uuid\": \"([0-9a-f-]{36})\"");

  private final Set<UUID> heard = ConcurrentHashMap.newKeySet();
  private final JedisPubSub subscription =
      new JedisPubSub() {
        @Override
        public void onMessage(String channel, String message) {
          Matcher matcher = UUID_KEY.matcher(message);
          if (matcher.find()) {
            heard.add(UUID.fromString(matcher.group(1)));
          }
        }
      };
  private final Jedis connection;

  /** Hears what is published from now on, as long as Redis runs. */
  Published(int redisPort) {
    connection = new Jedis("127.0.0.1", redisPort);
    Thread thread = new Thread(() -> connection.subscribe(subscription, "MESSAGES"), "published");
    thread.setDaemon(true);
    thread.start();
    await().atMost(10, SECONDS).until(subscription::isSubscribed);
  }

  /** Waits until all of these have been heard. */
  void awaitAll(Collection<UUID> uuids) {
    await()
        .atMost(10, SECONDS)
        .untilAsserted(
            () ->
                assertThat(uuids.stream().filter(uuid -> !heard.contains(uuid)).limit(5))
                    .as("stored and never published")
                    .isEmpty());
  }

  @Override
  public void close() {
    subscription.unsubscribe();
    connection.close();
  }
}
