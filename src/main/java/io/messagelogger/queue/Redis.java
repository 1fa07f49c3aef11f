package io.messagelogger.queue;

import io.messagelogger.running.Condition;
import io.messagelogger.settings.Settings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The connections to Redis. Opens none before the first command; every command has a time limit; a
 * connection that failed is not used again. A Redis that answers that it only reads was demoted
 * while its address moved to another, or the other is about to come: all connections to it are
 * closed, and the next ones go to where the address leads then. Keeps the condition "redis" by what
 * the commands report. Thread-safe.
 */
@ApplicationScoped
public class Redis {
  private static final Logger LOG = Logger.getLogger(Redis.class.getName());

  /** How a replica refuses to write, or to answer at all. */
  private static final Pattern REPLICA = Pattern.compile("\\b(READONLY|MASTERDOWN)\\b");

  /** The shortest time between two moves: the address may still lead to the one that only reads. */
  private static final Duration MOVE_PERIOD = Duration.ofSeconds(1);

  /** A move after as much quiet is told; those that follow it are not. */
  private static final Duration NEWS_AFTER = Duration.ofMinutes(1);

  private final Connections connections;
  private final Condition condition = new Condition("redis");
  private final Set<BinaryJedisPubSub> subscribers = ConcurrentHashMap.newKeySet();
  private volatile RedisClient client;
  private long movedAt = System.nanoTime() - NEWS_AFTER.toNanos();

  /** Connects to where the settings say, when the first command is sent. */
  @Inject
  public Redis(Settings settings) {
    this.connections = new Connections(settings);
    this.client = connections.open();
  }

  /**
   * Sends commands.
   *
   * @throws QueueUnavailableException when Redis cannot be reached or refuses
   */
  <T> T call(Function<RedisClient, T> commands) {
    RedisClient current = client;
    try {
      T reply = commands.apply(current);
      condition.up();
      return reply;
    } catch (JedisException e) {
      if (e instanceof JedisDataException
          && REPLICA.matcher(String.valueOf(e.getMessage())).find()) {
        move(current);
      }
      throw unavailable(e);
    }
  }

  /** Leaves all connections that were opened by this client, unless that has just been done. */
  private synchronized void move(RedisClient left) {
    if (client == left && System.nanoTime() - movedAt >= MOVE_PERIOD.toNanos()) {
      boolean news = System.nanoTime() - movedAt > NEWS_AFTER.toNanos();
      movedAt = System.nanoTime();
      client = connections.open();
      LOG.log(
          news ? Level.INFO : Level.FINE,
          "Redis at {0} does not write any more; connecting again, to where the address leads now",
          connections.address());
      left.close();
      subscribers.forEach(this::end);
    }
  }

  /** Ends a subscription, if it has begun. */
  void end(BinaryJedisPubSub subscriber) {
    try {
      if (subscriber.isSubscribed()) {
        subscriber.unsubscribe();
      }
    } catch (JedisException e) {
      LOG.log(Level.FINE, "The subscription has ended by itself", e);
    }
  }

  /**
   * Subscribes to a channel and returns when the subscription has ended.
   *
   * @throws QueueUnavailableException when the connection is lost or silent
   */
  void subscribe(BinaryJedisPubSub subscriber, byte[] channel) {
    subscribers.add(subscriber);
    try {
      client.subscribe(subscriber, channel);
    } catch (JedisException e) {
      throw unavailable(e);
    } finally {
      subscribers.remove(subscriber);
    }
  }

  /** Whether the last command was answered. */
  public Condition condition() {
    return condition;
  }

  private QueueUnavailableException unavailable(JedisException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason =
        "Redis at "
            + connections.address()
            + ": "
            + (root instanceof CertificateExpiredException ? "its certificate has expired; " : "")
            + String.valueOf(root.getMessage()).replace('\n', ' ');
    if (!(e
        instanceof JedisDataException)) { // an answer, if only a refusal, shows that it is there
      condition.down(reason);
    }
    return new QueueUnavailableException(reason, e);
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
