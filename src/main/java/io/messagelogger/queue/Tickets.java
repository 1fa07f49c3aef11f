package io.messagelogger.queue;

import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.params.SetParams;

/**
 * What is kept for a short time and can be taken once, by any server at this Redis. Thread-safe.
 */
@ApplicationScoped
public class Tickets {
  private final Redis redis;
  private final String queue;
  private final String prefix;

  /** Tickets beside the first queue. */
  @Inject
  public Tickets(Redis redis, Settings settings) {
    this.redis = redis;
    this.queue = settings.queues().get(0);
    this.prefix = "{" + queue + "}:ticket:";
  }

  /**
   * Keeps something.
   *
   * @throws QueueUnavailableException when Redis does not answer
   */
  public void keep(String id, String content, Duration time) {
    redis.call(
        queue,
        client ->
            client.set(
                Script.bytes(prefix + id),
                Script.bytes(content),
                SetParams.setParams().px(time.toMillis())));
  }

  /**
   * Takes it; empty when it has been taken, or its time has passed.
   *
   * @throws QueueUnavailableException when Redis does not answer
   */
  public Optional<String> take(String id) {
    return Optional.ofNullable(
            redis.call(queue, client -> client.getDel(Script.bytes(prefix + id))))
        .map(content -> new String(content, StandardCharsets.UTF_8));
  }
}
