package io.messagelogger.live;

import io.messagelogger.queue.Channels;
import io.messagelogger.running.Condition;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Subscribes to the channels REDIS_QUEUE, each by itself, and hands what is published to the feed,
 * from the start of the application to its end. A subscription that has ended is taken up again.
 * One that has gone silent is noticed: it is pinged every few seconds, and its connection ends when
 * nothing, not even the answer, has come for ten. Thread-safe.
 */
@ApplicationScoped
public class Subscriber implements Part {
  private static final Duration PING_PERIOD = Duration.ofSeconds(3);

  private final List<Listening> all;
  private volatile List<Repeating> pings = List.of();

  @Resource private ManagedThreadFactory threads;
  @Resource private ManagedScheduledExecutorService scheduler;

  /** A subscriber that starts with the application. */
  @Inject
  public Subscriber(Channels channels, Feed feed) {
    this.all = channels.names().stream().map(name -> new Listening(channels, name, feed)).toList();
  }

  /** Whether what is published reaches the clients, for each channel. */
  public List<Condition> conditions() {
    return all.stream().map(Listening::condition).toList();
  }

  @Override
  public String name() {
    return "subscription";
  }

  @Override
  public void start() {
    List<Repeating> started = new ArrayList<>();
    for (Listening one : all) {
      threads.newThread(one).start();
      started.add(
          Repeating.start(
              scheduler, "pinging the subscription", PING_PERIOD, PING_PERIOD, one::ping));
    }
    pings = List.copyOf(started);
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    for (Repeating one : pings) {
      one.stop(limit.dividedBy(10L * all.size()));
    }
    all.forEach(Listening::stop);
    boolean inTime = true;
    for (Listening one : all) {
      inTime &= one.awaitEnd(limit.dividedBy(all.size()));
    }
    return inTime;
  }
}
