package io.messagelogger.queue;

import java.nio.ByteBuffer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One subscription to a channel, from its start to the loss of its connection, at whoever has the
 * queue of the same name. Its connection ends when nothing, not even the answer to a ping, has come
 * for ten seconds. {@link #run} is called once; the other methods are thread-safe.
 */
public final class Subscription {
  private static final Logger LOG = Logger.getLogger(Subscription.class.getName());

  private final Redis redis;
  private final String channel;
  private final byte[] name;
  private final Listener listener;
  private volatile @Nullable Connection connection;

  /** What is told of a subscription, on the thread that runs it. */
  public interface Hearer {
    /** Redis has confirmed it: what is published from now on is heard. */
    void begun();

    /** A message was published. */
    void published(byte[] payload);

    /**
     * What was published before this time was heard.
     *
     * @param time of {@link System#nanoTime}
     */
    void heardUntil(long time);
  }

  Subscription(Redis redis, String channel, Hearer hearer) {
    this.redis = redis;
    this.channel = channel;
    this.name = Script.bytes(channel);
    this.listener = new Listener(hearer);
  }

  String channel() {
    return channel;
  }

  /**
   * Subscribes, and returns when the subscription has ended.
   *
   * @throws QueueUnavailableException when the connection is lost or silent
   */
  public void run() {
    try (Connection own = redis.subscribing(this, name)) {
      connection = own;
      listener.proceed(own, name);
    } catch (JedisException e) {
      throw redis.unavailable(e, channel);
    } finally {
      redis.ended(this);
    }
  }

  /**
   * Asks Redis for a sign of life; to be called more often than every ten seconds. A subscription
   * whose queue is somewhere else by now is ended instead: after a failover the node before may
   * live, answer, and hear nothing.
   */
  public void ping() {
    Connection own = connection;
    try {
      if (own != null && listener.isSubscribed()) {
        if (redis.leads(name, own)) {
          byte[] now = ByteBuffer.allocate(Long.BYTES).putLong(System.nanoTime()).array();
          listener.ping(now); // the answer repeats it, and comes after what was published before
        } else {
          end();
        }
      }
    } catch (JedisException e) { // the reading side of the same connection reports it
      LOG.log(Level.FINE, "The subscription could not be pinged", e);
    }
  }

  /** Ends it, if it has begun. */
  public void end() {
    try {
      if (listener.isSubscribed()) {
        listener.unsubscribe();
      }
    } catch (JedisException e) {
      LOG.log(Level.FINE, "The subscription has ended by itself", e);
    }
  }

  private static final class Listener extends BinaryJedisPubSub {
    private final Hearer hearer;

    Listener(Hearer hearer) {
      this.hearer = hearer;
    }

    @Override
    public void onSubscribe(byte[] subscribed, int channels) {
      hearer.begun();
    }

    @Override
    public void onMessage(byte[] from, byte[] payload) {
      hearer.published(payload);
    }

    @Override
    public void onPong(byte[] answer) {
      if (answer.length == Long.BYTES) {
        hearer.heardUntil(ByteBuffer.wrap(answer).getLong());
      }
    }
  }
}
