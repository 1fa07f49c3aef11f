package io.messagelogger.live;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Scope;
import io.messagelogger.access.Validity;
import io.messagelogger.message.Fingerprint;
import io.messagelogger.message.Message;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
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
  private static final Logger LOG = Logger.getLogger(Feed.class.getName());
  private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);
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
  private final OptionalInt maxOfReader;
  private final Validity validity;
  private volatile boolean leaving;
  private volatile @Nullable EndSignals endSignals;

  private volatile @Nullable Repeating looks;

  @Resource private ManagedExecutorService executor;
  @Resource private ManagedScheduledExecutorService scheduler;

  /** A feed with no clients yet. */
  @Inject
  public Feed(Settings settings, Validity validity) {
    this.validity = validity;
    this.maxOfReader = settings.limit(Setting.SOCKETS_PER_CALLER);
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
    looks =
        Repeating.start(
            scheduler,
            "closing clients whose access has ended",
            LOOK_PERIOD,
            LOOK_PERIOD,
            this::closeInvalid);
    endSignals = new EndSignals(this::sayGoodbye);
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    Repeating looking = looks;
    if (looking != null) {
      looking.stop(limit.dividedBy(10));
    }
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

  void join(Session session, Reader reader) {
    FeedClient client =
        new FeedClient(session, reader, sendTimeoutMillis, maxFrames, maxBytes, executor);
    if (maxOfReader.isPresent() && of(reader) >= maxOfReader.getAsInt()) {
      client.close(
          CloseReason.CloseCodes.TRY_AGAIN_LATER,
          "more than %d feeds (SOCKETS_PER_CALLER)".formatted(maxOfReader.getAsInt()));
      return;
    }
    clients.put(session.getId(), client);
    if (leaving) {
      client.goAway(); // it came too late to be among those that are told
    }
  }

  /** How many clients a reader has; of those who need not say who they are, none is counted. */
  private long of(Reader reader) {
    return reader.name() == null
        ? 0
        : clients.values().stream()
            .filter(client -> reader.name().equals(client.reader().name()))
            .count();
  }

  /** Closes those whose token has ended or whose key is no longer in force. */
  private void closeInvalid() {
    try {
      for (FeedClient client : clients.values()) {
        if (!validity.holds(client.reader())) {
          client.close(
              CloseReason.CloseCodes.VIOLATED_POLICY, "the token or key is no longer valid");
        }
      }
    } catch (RuntimeException e) { // a scheduled task that throws is not run again
      LOG.log(Level.SEVERE, "The clients' tokens could not be looked at", e);
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
    if (clients.isEmpty()) {
      return;
    }
    Message message = read(payload);
    if (message != null && !recent.add(Fingerprint.of(message))) {
      return;
    }
    Frame frame = Frame.of(payload);
    clients.values().stream()
        .filter(client -> mayRead(client.reader().scope(), message))
        .forEach(client -> client.offer(frame));
    broadcast.increment();
  }

  /** What is no message has no subjects: it is shown to those who may see everything. */
  private static boolean mayRead(Scope scope, @Nullable Message message) {
    return scope.all() || (message != null && scope.holds(message));
  }

  /** What was published as a message; null when it is none. */
  private @Nullable Message read(byte[] payload) {
    try {
      return reader.read(payload).message();
    } catch (RejectedMessageException e) {
      return null; // whatever is published is shown
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
