package io.messagelogger.live;

import io.messagelogger.queue.Channel;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.queue.Subscription;
import io.messagelogger.running.Condition;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to the channel REDIS_QUEUE and hands what is published to the feed, from the start of
 * the application to its end. A subscription that has ended is taken up again. One that has gone
 * silent is noticed: it is pinged every few seconds, and its connection ends when nothing, not even
 * the answer, has come for ten. Thread-safe.
 */
@ApplicationScoped
public class Subscriber implements Part {
  private static final Logger LOG = Logger.getLogger(Subscriber.class.getName());
  private static final Duration PING_PERIOD = Duration.ofSeconds(3);
  private static final int RETRY_MILLIS = 500;

  private final Feed feed;
  private final Channel channel;
  private final Condition condition = new Condition("feed");
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Subscription subscription;
  private volatile @Nullable Repeating pings;

  @Resource private ManagedThreadFactory threads;
  @Resource private ManagedScheduledExecutorService scheduler;

  /** A subscriber that starts with the application. */
  @Inject
  public Subscriber(Channel channel, Feed feed) {
    this.channel = channel;
    this.feed = feed;
  }

  /** Whether what is published reaches the clients. */
  public Condition condition() {
    return condition;
  }

  @Override
  public String name() {
    return "subscription";
  }

  @Override
  public void start() {
    threads.newThread(this::run).start();
    pings =
        Repeating.start(
            scheduler, "pinging the subscription", PING_PERIOD, PING_PERIOD, this::ping);
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    stopping.countDown();
    Repeating pinging = pings;
    if (pinging != null) {
      pinging.stop(limit.dividedBy(10));
    }
    Subscription current = subscription;
    if (current != null) {
      current.end();
    }
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void run() {
    try {
      while (stopping.getCount() > 0) {
        Subscription current = channel.subscription(new Hearing());
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

  private void ping() {
    Subscription current = subscription;
    if (current != null) {
      current.ping();
    }
  }

  /** Hands on to the feed. */
  private final class Hearing implements Subscription.Hearer {
    @Override
    public void begun() {
      condition.up();
      feed.subscribed();
    }

    @Override
    public void published(byte[] payload) {
      feed.broadcast(payload);
    }

    @Override
    public void heardUntil(long time) {
      feed.heardUntil(time);
    }
  }
}
