package io.messagelogger.queue;

import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One subscription to a channel, from its start to the loss of its connection. Its connection ends
 * when nothing, not even the answer to a ping, has come for ten seconds. {@link #run} is called
 * once; the other methods are thread-safe.
 */
public final class Subscription {
  private static final Logger LOG = Logger.getLogger(Subscription.class.getName());

  private final Redis redis;
  private final byte[] channel;
  private final Listener listener;

  Subscription(Redis redis, byte[] channel, Runnable begun, Consumer<byte[]> messages) {
    this.redis = redis;
    this.channel = channel;
    this.listener = new Listener(begun, messages);
  }

  /**
   * Subscribes, and returns when the subscription has ended.
   *
   * @throws QueueUnavailableException when the connection is lost or silent
   */
  public void run() {
    redis.subscribe(listener, channel);
  }

  /** Asks Redis for a sign of life; to be called more often than every ten seconds. */
  public void ping() {
    try {
      if (listener.isSubscribed()) {
        listener.ping();
      }
    } catch (JedisException e) { // the reading side of the same connection reports it
      LOG.log(Level.FINE, "The subscription could not be pinged", e);
    }
  }

  /** Ends it, if it has begun. */
  public void end() {
    redis.end(listener);
  }

  private static final class Listener extends BinaryJedisPubSub {
    private final Runnable begun;
    private final Consumer<byte[]> messages;

    Listener(Runnable begun, Consumer<byte[]> messages) {
      this.begun = begun;
      this.messages = messages;
    }

    @Override
    public void onSubscribe(byte[] subscribed, int channels) {
      begun.run();
    }

    @Override
    public void onMessage(byte[] from, byte[] payload) {
      messages.accept(payload);
    }
  }
}
