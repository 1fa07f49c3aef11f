package io.messagelogger.live;

import io.messagelogger.message.Fingerprint;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.running.Part;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.websocket.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The connected clients, and what is broadcast to them. Thread-safe.
 *
 * <p>A message that a producer both pushes and publishes comes over the channel twice: as the
 * producer published it, and as this service publishes what it has stored. The first one is shown.
 * What is no message of ours (has no uuid, say) is always shown.
 */
@ApplicationScoped
public class Feed implements Part {
  private static final int GOODBYE_SECONDS = 3;
  private static final int GOODBYE_THREADS = 32;

  /** Messages within which the second copy is recognised; 8 MiB of memory. */
  private static final int REMEMBERED = 1 << 18;

  private final Map<String, FeedClient> clients = new ConcurrentHashMap<>();
  private final RecentFingerprints recent = new RecentFingerprints(REMEMBERED);
  private final LongAdder broadcast = new LongAdder();
  private final MessageReader reader;
  private final int maxFrames;
  private final int maxBytes;
  private final long sendTimeoutMillis;
  private volatile boolean leaving;
  private volatile @Nullable EndSignals endSignals;

  @Resource private ManagedExecutorService executor;

  /** A feed with no clients yet. */
  @Inject
  public Feed(Settings settings) {
    this.reader = new MessageReader(settings.count(Setting.MAX_MESSAGE_BYTES));
    this.maxFrames = settings.count(Setting.FEED_QUEUE_FRAMES);
    this.maxBytes = settings.count(Setting.FEED_QUEUE_BYTES);
    this.sendTimeoutMillis = settings.duration(Setting.FEED_SEND_TIMEOUT).toMillis();
  }

  @Override
  public String name() {
    return "feed";
  }

  @Override
  public void start() {
    endSignals = new EndSignals(this::sayGoodbye);
  }

  @Override
  public boolean stop(Duration limit) {
    EndSignals signals = endSignals;
    if (signals != null) {
      signals.close();
    }
    sayGoodbye();
    return true;
  }

  /** Closes every client with 1001, within a few seconds. */
  private void sayGoodbye() {
    leaving = true;
    List<FeedClient> all = List.copyOf(clients.values());
    if (all.isEmpty()) {
      return;
    }
    // A close may block on a client that does not read; the others do not wait for it.
    ExecutorService threads = Executors.newFixedThreadPool(Math.min(GOODBYE_THREADS, all.size()));
    all.forEach(client -> threads.execute(client::goAway));
    threads.shutdown();
    try {
      if (!threads.awaitTermination(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void join(Session session) {
    FeedClient client = new FeedClient(session, sendTimeoutMillis, maxFrames, maxBytes, executor);
    clients.put(session.getId(), client);
    if (leaving) {
      client.goAway(); // it came too late to be among those that are told
    }
  }

  void leave(Session session) {
    FeedClient client = clients.remove(session.getId());
    if (client != null) {
      client.ended();
    }
  }

  /**
   * Sends what was published to every client. Called by the one thread that has the subscription.
   */
  void broadcast(byte[] payload) {
    if (clients.isEmpty() || shownBefore(payload)) {
      return;
    }
    Frame frame = Frame.of(payload);
    clients.values().forEach(client -> client.offer(frame));
    broadcast.increment();
  }

  private boolean shownBefore(byte[] payload) {
    try {
      return !recent.add(Fingerprint.of(reader.read(payload).message()));
    } catch (RejectedMessageException e) {
      return false; // not a message; whatever is published is shown
    }
  }

  /** How many clients are connected. */
  public int clientCount() {
    return clients.size();
  }

  /** How many messages were broadcast since the start. */
  public long broadcastCount() {
    return broadcast.sum();
  }
}
