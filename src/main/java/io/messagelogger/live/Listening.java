package io.messagelogger.live;

import io.messagelogger.queue.Channels;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.queue.Subscription;
import io.messagelogger.running.Condition;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Listens to one channel and hands what is published to the feed, until it is stopped. {@link #run}
 * has a thread of its own; the other methods are thread-safe.
 */
final class Listening implements Runnable {
  private static final Logger LOG = Logger.getLogger(Listening.class.getName());
  private static final int RETRY_MILLIS = 500;

  private final Channels channels;
  private final String channel;
  private final Feed feed;
  private final Condition condition;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Subscription subscription;

  /** Listening that has not begun. */
  Listening(Channels channels, String channel, Feed feed) {
    this.channels = channels;
    this.channel = channel;
    this.feed = feed;
    this.condition = new Condition(channels.names().size() > 1 ? "feed of " + channel : "feed");
  }

  /** Whether what is published reaches the feed. */
  Condition condition() {
    return condition;
  }

  /** Sees to it that a subscription that has gone silent ends. */
  void ping() {
    Subscription current = subscription;
    if (current != null) {
      current.ping();
    }
  }

  void stop() {
    stopping.countDown();
    Subscription current = subscription;
    if (current != null) {
      current.end();
    }
  }

  /** Whether it has ended in time. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    try {
      while (stopping.getCount() > 0) {
        Subscription current = channels.subscription(channel, new Hearing());
        subscription = current;
        try {
          current.run();
          if (stopping.getCount() > 0) {
            condition.down("the subscription has ended");
          }
        } catch (QueueUnavailableException e) {
          condition.down("not subscribed: " + e.getMessage());
        } catch (RuntimeException | Error e) { // a fault of ours must not end the feed
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

  /** Hands on to the feed. */
  private final class Hearing implements Subscription.Hearer {
    @Override
    public void begun() {
      condition.up();
      feed.subscribed(channel);
    }

    @Override
    public void published(byte[] payload) {
      feed.broadcast(payload);
    }

    @Override
    public void heardUntil(long time) {
      feed.heardUntil(channel, time);
    }
  }
}
