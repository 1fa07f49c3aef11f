package io.messagelogger.live;

import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.queue.Redis;
import io.messagelogger.running.Condition;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Subscribes to the channel REDIS_QUEUE and hands what is published to the feed, from the start of
 * the application to its end. A subscription that has ended is taken up again. One that has gone
 * silent is noticed: it is pinged every few seconds, and its connection ends when nothing, not even
 * the answer, has come for ten. Thread-safe.
 */
@ApplicationScoped
public class Subscriber {
  private static final Logger LOG = Logger.getLogger(Subscriber.class.getName());
  private static final int PING_SECONDS = 3;
  private static final int RETRY_MILLIS = 500;
  private static final int STOP_SECONDS = 3;

  private final Redis redis;
  private final Feed feed;
  private final byte[] channel;
  private final Condition condition = new Condition("feed");
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Subscription subscription;
  private volatile @Nullable ScheduledFuture<?> pings;

  @Resource private ManagedExecutorService executor;
  @Resource private ManagedScheduledExecutorService scheduler;

  /** For CDI's proxies. */
  protected Subscriber() {
    this.redis = null;
    this.feed = null;
    this.channel = new byte[0];
  }

  /** A subscriber that starts with the application. */
  @Inject
  public Subscriber(Redis redis, Feed feed, Settings settings) {
    this.redis = redis;
    this.feed = feed;
    this.channel = settings.text(Setting.REDIS_QUEUE).getBytes(StandardCharsets.UTF_8);
  }

  /** Whether what is published reaches the clients. */
  public Condition condition() {
    return condition;
  }

  void start(@Observes Startup event) {
    executor.execute(this::run);
    pings =
        scheduler.scheduleWithFixedDelay(this::ping, PING_SECONDS, PING_SECONDS, TimeUnit.SECONDS);
  }

  void stop(@Observes Shutdown event) throws InterruptedException {
    stopping.countDown();
    ScheduledFuture<?> pinging = pings;
    if (pinging != null) {
      pinging.cancel(true);
    }
    Subscription current = subscription;
    if (current != null && current.isSubscribed()) {
      try {
        current.unsubscribe();
      } catch (JedisException e) {
        LOG.log(Level.FINE, "The subscription has ended by itself", e);
      }
    }
    if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
      LOG.info("The subscription did not end in time");
    }
  }

  private void run() {
    try {
      while (stopping.getCount() > 0) {
        Subscription current = new Subscription();
        subscription = current;
        try {
          redis.subscribe(current, channel);
          if (stopping.getCount() > 0) {
            condition.down("the subscription has ended");
          }
        } catch (QueueUnavailableException e) {
          condition.down("not subscribed: " + e.getMessage());
        } catch (RuntimeException e) { // a fault of ours must not end the feed
          LOG.log(Level.SEVERE, "The feed failed in an unforeseen way; subscribing again", e);
          condition.down("unforeseen: " + e);
        }
        stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private void ping() {
    Subscription current = subscription;
    try {
      if (current != null && current.isSubscribed()) {
        current.ping();
      }
    } catch (RuntimeException e) { // the reading side of the same connection reports it
      LOG.log(Level.FINE, "The subscription could not be pinged", e);
    }
  }

  /** One subscription, from its start to the loss of its connection. */
  private final class Subscription extends BinaryJedisPubSub {
    @Override
    public void onSubscribe(byte[] subscribed, int channels) {
      condition.up();
    }

    @Override
    public void onMessage(byte[] from, byte[] payload) {
      feed.broadcast(payload);
    }
  }
}
