package io.messagelogger.live;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket client with the frames that wait for it. Thread-safe.
 *
 * <p>At most one send is in flight: a session loses frames whose sends overlap. Whoever finds the
 * client idle starts sending; from then on the completion of each send starts the next, until
 * nothing waits. {@link #offer} never blocks. When more waits than the limits allow, the client is
 * closed with 1013 and gets nothing more.
 *
 * <p>There are two ways to send. The asynchronous one hands every frame from thread to thread. The
 * blocking one is many times faster, but has no time limit, and another thread that closes the
 * session under it hangs as well. So it is used for no more than the buffers of a connection are
 * expected to hold, {@link #WINDOW} bytes beyond what the client is known to have read: pings are
 * strewn in, and a pong says that all before its ping was read. A client that stops reading is soon
 * sent to asynchronously, with a time limit, and so is one that answers no pings. Should a thread
 * be kept waiting after all, it is one of few, and closes the session itself when it comes back.
 */
final class FeedClient {
  private static final Logger LOG = Logger.getLogger(FeedClient.class.getName());

  private static final long WINDOW = 64 << 10;

  /** The same until the client has answered a ping. */
  private static final long FIRST_WINDOW = 16 << 10;

  private static final int PINGS_A_WINDOW = 4;

  /** What the heads of a frame and its packets may add to it, about. */
  private static final int HEAD_BYTES = 16;

  /** An asynchronous send that takes longer has found the buffers full. */
  private static final long PROMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Shorter than anybody notices. */
  private static final long LINGER_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private static final long GOODBYE_MILLIS = 2_000;

  private final Session session;
  private final RemoteEndpoint.Async remote;
  private final RemoteEndpoint.Basic blockingRemote;
  private final Executor executor;
  private final Semaphore threads;
  private final int maxFrames;
  private final long maxBytes;

  private final Object lock = new Object();
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean sending;
  private boolean closed;

  /** A thread is sending the blocking way, or is about to, or closes the session after that. */
  private boolean blocking;

  /** What that thread is to close the session with; set only together with {@code closed}. */
  private @Nullable CloseReason parting;

  /** That thread, while it waits for more to send. */
  private @Nullable Thread lingering;

  /**
   * Bytes of the frames sent so far. Touched only by whoever is sending, who is one at a time and
   * hands it on through the lock, the executor or {@link Flight}; so is {@code prompt}.
   */
  private long sent;

  /** The last asynchronous send has found room. */
  private boolean prompt = true;

  /** What was sent before the last ping. */
  private volatile long pinged;

  /** What was sent before the last ping that was answered. */
  private volatile long read;

  /**
   * @param executor runs what may block: sending, and telling a stalled client that it is closed
   * @param threads how many may be sending the blocking way, for all clients together
   */
  FeedClient(
      Session session,
      long sendTimeoutMillis,
      int maxFrames,
      long maxBytes,
      Executor executor,
      Semaphore threads) {
    this.session = session;
    this.remote = session.getAsyncRemote();
    this.remote.setSendTimeout(sendTimeoutMillis);
    this.blockingRemote = session.getBasicRemote();
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
    this.executor = executor;
    this.threads = threads;
  }

  /** Takes a frame, to be sent after those that wait. */
  void offer(Frame frame) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (waiting.isEmpty()
          || (waiting.size() < maxFrames && waitingBytes + frame.size() <= maxBytes)) {
        waiting.add(frame);
        waitingBytes += frame.size();
        if (sending) {
          if (lingering != null
              && (waiting.size() > maxFrames / 2 || waitingBytes > maxBytes / 2)) {
            LockSupport.unpark(lingering);
          }
          return;
        }
        sending = true;
      } else {
        LOG.log(
            Level.INFO,
            "A feed client is too slow: {0} frames wait for it; closing it",
            waiting.size());
        close(
            CloseReason.CloseCodes.TRY_AGAIN_LATER, "too slow: " + waiting.size() + " frames wait");
        return;
      }
    }
    start();
  }

  /** The client has read everything up to a ping. */
  void pong(ByteBuffer data) {
    if (data.remaining() == Long.BYTES) {
      long position = data.getLong(data.position());
      if (position > read && position <= pinged) {
        read = position;
      }
    }
  }

  /** Closes the session because the server stops; may block. */
  void goAway() {
    CloseReason reason = new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "the server stops");
    synchronized (lock) {
      if (closed) {
        return;
      }
      ended();
      if (blocking) {
        parting = reason;
        awaitParting();
        return;
      }
    }
    closeSession(reason);
  }

  /** To be called with the lock held. */
  private void awaitParting() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOODBYE_MILLIS);
    try {
      for (long left = GOODBYE_MILLIS; blocking && left > 0; left = millisUntil(end)) {
        lock.wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long millisUntil(long end) {
    return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
  }

  /** Forgets what waits; for a session that has ended. */
  void ended() {
    synchronized (lock) {
      closed = true;
      waiting.clear();
      waitingBytes = 0;
    }
  }

  /** Begins to send without blocking. Called by whoever has set {@code sending}. */
  private void start() {
    if (mayBlock()) {
      if (execute(this::sendBlocking)) {
        return;
      }
      unblock();
    }
    sendAsync(next());
  }

  /** False when the server stops. */
  private boolean execute(Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException | IllegalStateException e) {
      LOG.log(Level.FINE, "No thread for a feed client", e);
      return false;
    }
  }

  /** Goes on sending, on a thread that may block. Called by whoever is sending. */
  private void goOn() {
    if (mayBlock()) {
      sendBlocking();
    } else {
      sendAsync(next());
    }
  }

  /**
   * Whether a thread is to send the blocking way, which {@link #unblock} ends. Called by whoever is
   * sending.
   */
  private boolean mayBlock() {
    boolean reading = sent - read < window() || (read == pinged && prompt);
    if (!reading || !threads.tryAcquire()) {
      return false;
    }
    synchronized (lock) {
      if (!closed) {
        blocking = true;
        return true;
      }
    }
    threads.release();
    return false;
  }

  private long window() {
    return read == 0 ? FIRST_WINDOW : WINDOW;
  }

  private void unblock() {
    threads.release();
    CloseReason reason;
    synchronized (lock) {
      reason = parting;
      blocking = reason != null;
    }
    if (reason != null) {
      closeSession(reason);
      synchronized (lock) {
        blocking = false;
        lock.notifyAll();
      }
    }
  }

  private void sendBlocking() {
    Frame frame = null;
    try {
      ping();
      frame = poll();
      while (frame != null && sent + weight(frame) - read <= window()) {
        if (frame.text() != null) {
          blockingRemote.sendText(frame.text());
        } else {
          blockingRemote.sendBinary(ByteBuffer.wrap(frame.payload()));
        }
        sent += weight(frame);
        ping();
        linger();
        frame = poll();
      }
    } catch (IOException | RuntimeException e) { // the session has ended meanwhile
      frame = null;
      failed(e);
    } finally {
      unblock();
    }
    sendAsync(frame == null ? next() : frame); // sending ends no earlier than blocking
  }

  /**
   * Asks how far the client has read, when enough was sent since the last ping, and that one was
   * answered. A ping blocks too, and is small: the last send has found room, so it does.
   */
  private void ping() throws IOException {
    if (read == pinged && sent - pinged >= window() / PINGS_A_WINDOW) {
      pinged = sent;
      // Not the other remote's: it would wait for ever when the session ends at this moment.
      remote.sendPing(ByteBuffer.allocate(Long.BYTES).putLong(0, sent));
    }
  }

  /**
   * Waits for a moment when nothing is left to send. The frames of a batch come one by one, more
   * slowly than they are sent; to wake a thread for each of them would be most of the work. Not
   * when others want the thread.
   */
  private void linger() {
    synchronized (lock) {
      if (closed || !waiting.isEmpty() || threads.availablePermits() == 0) {
        return;
      }
      lingering = Thread.currentThread();
    }
    LockSupport.parkNanos(LINGER_NANOS);
    synchronized (lock) {
      lingering = null;
    }
  }

  private static int weight(Frame frame) {
    return frame.size() + HEAD_BYTES;
  }

  /** Sends a frame, then the others, the asynchronous way. Does nothing when there is none. */
  private void sendAsync(@Nullable Frame first) {
    Frame frame = first;
    while (frame != null) {
      sent += weight(frame);
      Flight flight = new Flight();
      try {
        if (frame.text() != null) {
          remote.sendText(frame.text(), flight);
        } else {
          remote.sendBinary(ByteBuffer.wrap(frame.payload()), flight);
        }
      } catch (RuntimeException e) { // the session has ended meanwhile
        failed(e);
        return;
      }
      if (!flight.landedFirst()) {
        return;
      }
      frame = next();
    }
  }

  /** The next frame; without one, sending has come to its end. */
  private @Nullable Frame next() {
    synchronized (lock) {
      Frame frame = poll();
      if (frame == null) {
        sending = false;
      }
      return frame;
    }
  }

  private @Nullable Frame poll() {
    synchronized (lock) {
      Frame frame = closed ? null : waiting.poll();
      if (frame != null) {
        waitingBytes -= frame.size();
      }
      return frame;
    }
  }

  private void failed(Throwable cause) {
    LOG.log(Level.FINE, "A frame could not be sent", cause);
    synchronized (lock) {
      sending = false;
      // A send that has run into its time limit leaves the session open.
      close(CloseReason.CloseCodes.TRY_AGAIN_LATER, "a frame could not be sent in time");
    }
  }

  /** To be called with the lock held. */
  private void close(CloseReason.CloseCode code, String reason) {
    if (closed) {
      return;
    }
    ended();
    CloseReason closing = new CloseReason(code, reason);
    if (blocking) {
      parting = closing;
    } else {
      execute(() -> closeSession(closing));
    }
  }

  private void closeSession(CloseReason reason) {
    try {
      session.close(reason);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.FINE, "A session could not be closed; its connection is gone", e);
    }
  }

  /**
   * One send. Its completion may come before the call that started it returns, on the same thread;
   * going on from the later of the two keeps the stack flat.
   */
  private final class Flight implements SendHandler {
    private final AtomicBoolean met = new AtomicBoolean();
    private final long start = System.nanoTime();
    private volatile boolean ok = true;

    @Override
    public void onResult(SendResult result) {
      if (!result.isOK()) {
        ok = false;
        failed(result.getException());
      }
      if (met.getAndSet(true) && ok) {
        prompt = System.nanoTime() - start < PROMPT_NANOS;
        goOn();
      }
    }

    /** True when the send has been completed well before its call returned: the caller goes on. */
    boolean landedFirst() {
      return met.getAndSet(true) && ok;
    }
  }
}
