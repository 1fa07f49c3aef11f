package io.messagelogger.live;

import io.messagelogger.access.Validity;
import io.messagelogger.message.Message;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.store.log.LogReader;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connected clients. Those that asked for nothing are shown what is published, as it is; the
 * others follow the log. Thread-safe.
 */
@ApplicationScoped
public class Feed implements Part {
  private static final int GOODBYE_MILLIS = 3000;
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Set<FeedClient> clients = ConcurrentHashMap.newKeySet();
  private final PlainClients plain;
  private final Tailer tailer;
  private final MessageReader reader;
  private final Validity validity;
  private final Seats seats;
  private final int maxFrames;
  private final int maxBytes;
  private final long sendTimeout;
  private volatile boolean leaving;
  private volatile @Nullable EndSignals endSignals;
  private volatile @Nullable Repeating looks;
  private volatile @Nullable Repeating fills;

  @Resource private ManagedThreadFactory threads;
  @Resource private ManagedScheduledExecutorService scheduler;

  /** A feed with no clients yet. */
  @Inject
  public Feed(Tailer tailer, LogReader log, Validity validity, Settings settings) {
    this.plain = new PlainClients(log);
    this.validity = validity;
    this.seats =
        new Seats(settings.count(Setting.FEED_CLIENTS), settings.limit(Setting.SOCKETS_PER_CALLER));
    this.tailer = tailer;
    this.reader = new MessageReader(settings.count(Setting.MAX_MESSAGE_BYTES));
    this.maxFrames = settings.count(Setting.FEED_QUEUE_FRAMES);
    this.maxBytes = settings.count(Setting.FEED_QUEUE_BYTES);
    this.sendTimeout = settings.duration(Setting.FEED_SEND_TIMEOUT).toNanos();
  }

  @Override
  public String name() {
    return "feed";
  }

  @Override
  public void start() {
    threads.newThread(plain.sending()).start();
    looks = Repeating.start(scheduler, "looking after feed clients", LOOK, LOOK, this::look);
    fills = Repeating.start(scheduler, "showing what the feed missed", LOOK, LOOK, plain::fill);
    endSignals = new EndSignals(this::sayGoodbye);
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    EndSignals signals = endSignals;
    if (signals != null) {
      signals.close();
    }
    for (Repeating one : new Repeating[] {fills, looks}) {
      if (one != null) {
        one.stop(limit.dividedBy(10));
      }
    }
    sayGoodbye();
    plain.end();
    return clients.isEmpty();
  }

  /**
   * Closes every client with 1001, and waits until they have gone, a few seconds at most. The
   * connections of those that do not read are ended then: the server would wait for them.
   */
  private void sayGoodbye() {
    leaving = true;
    clients.forEach(client -> client.close(FeedClient.GOING_AWAY, "the server stops"));
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOODBYE_MILLIS);
    synchronized (clients) {
      try {
        long left = GOODBYE_MILLIS;
        while (!clients.isEmpty() && left > 0) {
          clients.wait(left);
          left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    clients.forEach(FeedClient::abort);
  }

  /**
   * A client of this feed, which is to be given a connection.
   *
   * @param start where in the log it starts; null when it is shown what is published
   */
  FeedClient client(FeedRequest request, @Nullable LogPosition start) {
    return new FeedClient(request, start, this, maxFrames, maxBytes, sendTimeout);
  }

  /** Whether there are as many clients as there may be. */
  boolean full() {
    return seats.full();
  }

  /** A client is connected. */
  void join(FeedClient client) {
    Optional<String> refused = seats.take(client.request().reader().limitedAs());
    if (refused.isEmpty()) {
      client.seated();
    }
    clients.add(client);
    LogPosition start = client.start();
    if (leaving) {
      client.close(FeedClient.GOING_AWAY, "the server stops");
    } else if (refused.isPresent()) {
      client.close(FeedClient.TRY_LATER, refused.get());
    } else if (start == null) {
      plain.join(client);
    } else {
      tailer.join(new Follower(client, start));
    }
    if (client.isGone()) {
      leave(client); // before it was there
    }
  }

  /** A client is shown nothing more. */
  void leave(FeedClient client) {
    plain.leave(client);
    if (client.start() != null) {
      tailer.leave(client);
    }
    if (client.isGone() && clients.remove(client)) {
      if (client.isSeated()) {
        seats.leave(client.request().reader().limitedAs());
      }
      scheduler.execute(client::ended);
      synchronized (clients) {
        clients.notifyAll();
      }
    }
  }

  /** Whether a caller has as many clients as it may have. */
  boolean full(@Nullable String caller) {
    return seats.full(caller);
  }

  private void look() {
    clients.forEach(this::look);
    tailer.heartbeat();
  }

  private void look(FeedClient client) {
    if (!validity.holds(client.request().reader())) {
      client.close(FeedClient.NOT_ALLOWED, "the token or key is no longer valid");
    }
    client.look();
  }

  /** Hands on what was published. Called by the threads that have a subscription. */
  void broadcast(byte[] payload) {
    if (clients.isEmpty()) {
      return;
    }
    Message message = read(payload);
    if (message != null) {
      tailer.published(message, payload);
    }
    plain.show(message, payload);
  }

  /** There is a subscription to a channel again. Called by the thread that has it. */
  void subscribed(String channel) {
    plain.subscribed(channel);
  }

  /** What was published on a channel before this time of {@link System#nanoTime} was heard. */
  void heardUntil(String channel, long time) {
    plain.heardUntil(channel, time);
  }

  /** The message that was published; null when it is none, and shown all the same. */
  private @Nullable Message read(byte[] payload) {
    try {
      return reader.read(payload).message();
    } catch (RejectedMessageException e) {
      return null;
    }
  }

  /** How many clients are connected. */
  public int clientCount() {
    return clients.size();
  }

  /** How many messages were broadcast since the start. */
  public long broadcastCount() {
    return plain.shownCount();
  }
}
