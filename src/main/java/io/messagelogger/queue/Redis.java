package io.messagelogger.queue;

import io.messagelogger.running.Condition;
import io.messagelogger.settings.RedisUrl;
import io.messagelogger.settings.Settings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The connections to Redis. Opens none before the first command; every command has a time limit; a
 * connection that failed is not used again. A Redis that answers that it only reads was demoted
 * while its address moved to another, or the other is about to come: all connections to it are
 * closed, and the next ones go to where the address leads then. The same when sentinels or a
 * cluster have led nowhere for a while. Keeps the condition "redis" by what the commands report: it
 * is down while the commands of one queue fail, as each may be on another node. Thread-safe.
 */
@ApplicationScoped
public class Redis implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Redis.class.getName());

  /** How a replica refuses to write, or to answer at all. */
  private static final Pattern REPLICA = Pattern.compile("\\b(READONLY|MASTERDOWN)\\b");

  /** The shortest time between two moves: the address may still lead to the one that only reads. */
  private static final Duration MOVE_PERIOD = Duration.ofSeconds(1);

  /** The shortest time between two tries to ask sentinels or a cluster for masters. */
  private static final Duration OPEN_PERIOD = Duration.ofMillis(500);

  /** The same when the address leads nowhere: what is asked for a master may be of yesterday. */
  private static final Duration LOST_PERIOD = Duration.ofSeconds(15);

  /** A move after as much quiet is told; those that follow it are not. */
  private static final Duration NEWS_AFTER = Duration.ofMinutes(1);

  private final Connections connections;
  private final Condition condition = new Condition("redis");
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

  /** Queues whose last command was not answered; guarded by itself. */
  private final Set<String> unanswered = new TreeSet<>();

  private volatile @Nullable Link link;
  private @Nullable JedisException lastFailure;
  private long failedAt;
  private long movedAt = System.nanoTime() - NEWS_AFTER.toNanos();

  /** Connects to where the settings say, when the first command is sent. */
  @Inject
  public Redis(Settings settings) {
    this.connections = new Connections(settings);
  }

  /**
   * Sends commands.
   *
   * @param queue of which queue they are
   * @throws QueueUnavailableException when Redis cannot be reached or refuses
   */
  <T> T call(String queue, Function<UnifiedJedis, T> commands) {
    Link current = null;
    try {
      current = link();
      T reply = commands.apply(current.commands());
      answered(queue);
      return reply;
    } catch (JedisException e) {
      boolean refused = e instanceof JedisDataException;
      if (current != null) {
        if (refused && REPLICA.matcher(String.valueOf(e.getMessage())).find()) {
          move(current, MOVE_PERIOD);
        } else if (!refused && connections.form() != RedisUrl.Form.SINGLE) {
          move(current, LOST_PERIOD);
        }
      }
      throw unavailable(e, queue);
    }
  }

  private Link link() {
    Link current = link;
    return current == null ? open() : current;
  }

  /** One at a time tries: the others wait, and go on with its link or fail as it did. */
  private synchronized Link open() {
    Link current = link;
    if (current == null) {
      JedisException failure = lastFailure;
      if (failure != null && System.nanoTime() - failedAt < OPEN_PERIOD.toNanos()) {
        throw failure;
      }
      try {
        current = connections.open();
      } catch (JedisException e) {
        lastFailure = e;
        failedAt = System.nanoTime();
        throw e;
      }
      link = current;
    }
    return current;
  }

  /** Leaves all connections that were opened by this link, unless that has just been done. */
  private synchronized void move(Link left, Duration period) {
    if (link == left && System.nanoTime() - movedAt >= period.toNanos()) {
      boolean news = System.nanoTime() - movedAt > NEWS_AFTER.toNanos();
      movedAt = System.nanoTime();
      link = null;
      LOG.log(
          news ? Level.INFO : Level.FINE,
          "Redis at {0} does not write any more; connecting again, to where the address leads now",
          connections.address());
      left.close();
      subscriptions.forEach(Subscription::end);
    }
  }

  /**
   * A connection for a subscription to a channel, to whoever has the queue of the same name: what
   * is published there comes at once, and not over a bus that may have gaps.
   *
   * @throws QueueUnavailableException when there is none
   */
  Connection subscribing(Subscription subscription, byte[] channel) {
    subscriptions.add(subscription);
    try {
      return link().connect(channel);
    } catch (JedisException e) {
      throw unavailable(e, subscription.channel());
    }
  }

  /** A subscription has ended. */
  void ended(Subscription subscription) {
    subscriptions.remove(subscription);
  }

  /** Whether this connection leads to whoever has the queue, as far as is known. */
  boolean leads(byte[] queue, Connection connection) {
    Link current = link;
    return current != null && current.leads(queue, connection.getHostAndPort());
  }

  /**
   * Connections to all that take writes, to be closed by the caller.
   *
   * @throws QueueUnavailableException when nobody says which these are
   */
  List<Supplier<Connection>> masters() {
    try {
      return link().masters();
    } catch (JedisException e) {
      throw unavailable(e, "");
    }
  }

  /** How it is run. */
  RedisUrl.Form form() {
    return connections.form();
  }

  /** Whether the last command was answered. */
  public Condition condition() {
    return condition;
  }

  /** Whether the last command of this queue was answered, if only by a refusal. */
  boolean answers(String queue) {
    synchronized (unanswered) {
      return !unanswered.contains(queue);
    }
  }

  private void answered(String queue) {
    synchronized (unanswered) {
      unanswered.remove(queue);
      if (unanswered.isEmpty()) {
        condition.up();
      }
    }
  }

  /** What an operator is told of a failure, which has to do with a queue or, "", with none. */
  QueueUnavailableException unavailable(JedisException e, String queue) {
    String why = Reasons.of(e);
    if (!(e
        instanceof JedisDataException)) { // an answer, if only a refusal, shows that it is there
      synchronized (unanswered) {
        if (!queue.isEmpty()) {
          unanswered.add(queue);
        }
        condition.down(connections.failure(unanswered, why));
      }
    }
    return new QueueUnavailableException(
        connections.failure(queue.isEmpty() ? Set.of() : Set.of(queue), why), e);
  }

  @PreDestroy
  @Override
  public void close() {
    Link current = link;
    if (current != null) {
      current.close();
    }
  }
}
