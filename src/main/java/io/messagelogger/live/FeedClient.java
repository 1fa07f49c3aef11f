package io.messagelogger.live;

import io.messagelogger.store.log.LogPosition;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client: what waits for it, and whether it lives. Thread-safe; nothing here waits for the
 * client.
 */
final class FeedClient implements ClientFrames.Handler {
  static final int GOING_AWAY = 1001;
  static final int NOT_ALLOWED = 1008;
  static final int TRY_LATER = 1013;

  private static final Logger LOG = Logger.getLogger(FeedClient.class.getName());
  private static final long SECOND = 1_000_000_000L;
  private static final long PING_AFTER = 8 * SECOND;
  private static final long DEAD_AFTER = 25 * SECOND;
  private static final long GOODBYE = 3 * SECOND;
  private static final int NO_STATUS = 1005;
  private static final int NORMAL = 1000;

  private final FeedRequest request;
  private final @Nullable LogPosition start;
  private final Feed feed;
  private final Outbox outbox;
  private final long sendTimeout;
  private final ClientFrames frames = new ClientFrames(this);
  private volatile @Nullable FeedConnection connection;
  private volatile long lastHeard = System.nanoTime();
  private volatile long lastPing = System.nanoTime();
  private volatile long lastSent = System.nanoTime();
  private volatile boolean gone;
  private volatile boolean seated;
  private final LongAdder shown = new LongAdder();
  private boolean closing;
  private long closingSince;

  /**
   * @param start where in the log it starts; null when it is shown what is published
   * @param sendTimeout nanoseconds that what waits longest may wait
   */
  FeedClient(
      FeedRequest request,
      @Nullable LogPosition start,
      Feed feed,
      int maxFrames,
      long maxBytes,
      long sendTimeout) {
    this.request = request;
    this.start = start;
    this.feed = feed;
    this.outbox = new Outbox(maxFrames, maxBytes);
    this.sendTimeout = sendTimeout;
  }

  FeedRequest request() {
    return request;
  }

  /** Where in the log it starts; null when it is shown what is published. */
  @Nullable LogPosition start() {
    return start;
  }

  Outbox outbox() {
    return outbox;
  }

  /** It is one of those that there may be. */
  void seated() {
    seated = true;
  }

  /** Whether it is one of those that there may be. */
  boolean isSeated() {
    return seated;
  }

  boolean isGone() {
    return gone;
  }

  /** Its connection is there: from now on it is shown what it asked for. */
  void opened(FeedConnection opened) {
    connection = opened;
    outbox.open(opened);
    feed.join(this);
  }

  /** Adds frames to what waits, joined; false when that is too much. */
  boolean offer(byte[] segment, int count) {
    lastSent = System.nanoTime();
    if (!outbox.offer(segment, count)) {
      return false;
    }
    shown.add(count);
    return true;
  }

  /** Of the frames, some held more than one message: so many more. */
  void alsoShown(int messages) {
    shown.add(messages);
  }

  /** Records how many messages it was shown. Waits for the database. */
  void ended() {
    request.reading().ended(shown.sum());
  }

  /** Adds a frame of the protocol. */
  void force(byte[] frame) {
    lastSent = System.nanoTime();
    outbox.force(frame);
  }

  /** Whether nothing was sent for so many nanoseconds, and nothing waits. */
  boolean quiet(long nanos) {
    return System.nanoTime() - lastSent >= nanos && outbox.isEmpty();
  }

  /** Bytes have come from the client. */
  void heard(byte[] bytes, int length) {
    lastHeard = System.nanoTime();
    if (!request.events()) {
      frames.take(bytes, length);
    }
  }

  @Override
  public void ping(byte[] payload) {
    outbox.force(Frames.pong(payload));
    outbox.send();
  }

  @Override
  public void closed(int code) {
    synchronized (this) {
      if (closing) {
        shut(); // the answer to ours
        return;
      }
      closing = true;
      closingSince = System.nanoTime();
    }
    outbox.end(Frames.close(code == NO_STATUS ? NORMAL : code, ""), this::shut);
    outbox.send();
    feed.leave(this);
  }

  @Override
  public void broken(int code, String reason) {
    close(code, reason);
  }

  /** Closes it, with a reason, and drops what waits. */
  void close(int code, String reason) {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
      closingSince = System.nanoTime();
    }
    if (request.events()) {
      outbox.end(Frames.comment(code + " " + reason), this::shut);
    } else {
      outbox.end(Frames.close(code, reason), () -> {}); // the client answers, and is shut then
    }
    outbox.send();
  }

  /** The connection is gone. */
  void gone() {
    gone = true;
    outbox.abandon();
    feed.leave(this);
  }

  private void shut() {
    gone();
    FeedConnection current = connection;
    if (current != null) {
      current.shut();
    }
  }

  /** Ends its connection, whatever is on its way. */
  void abort() {
    gone();
    FeedConnection current = connection;
    if (current != null) {
      current.abort();
    }
  }

  /** Looks after it; to be called about once a second. */
  void look() {
    long now = System.nanoTime();
    boolean late;
    synchronized (this) {
      late = closing && now - closingSince > GOODBYE;
      if (closing && !late) {
        return;
      }
    }
    if (late) {
      abort();
      return;
    }
    long blocked = outbox.blocked();
    long behind = request.verbatim() ? outbox.behind() : 0;
    if (Math.max(blocked, behind) > sendTimeout) {
      tooSlow(outbox.frames(), Math.max(blocked, behind) / SECOND);
    } else if (!request.events()) {
      long alive = Math.max(lastHeard - now, outbox.lastRoom() - now) + now;
      if (now - alive > DEAD_AFTER) {
        LOG.log(Level.INFO, "Feed client {0} no longer answers; closing it", request.name());
        close(TRY_LATER, "no answer to a ping");
      } else if (now - alive > PING_AFTER && now - lastPing > PING_AFTER && blocked == 0) {
        lastPing = now;
        outbox.force(Frames.ping());
        outbox.send();
      }
    }
  }

  /** Closes it as more would wait for it than may. */
  void tooSlow() {
    tooSlow(outbox.frames(), outbox.behind() / SECOND);
  }

  private void tooSlow(int waiting, long seconds) {
    LOG.log(
        Level.INFO,
        "Feed client {0} is too slow: {1} frames wait for it, the first for {2} s; closing it",
        new Object[] {request.name(), waiting, seconds});
    close(TRY_LATER, "too slow: %d frames wait, the first for %d s".formatted(waiting, seconds));
  }
}
