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
 * blocking one is many times faster, but has no time limit, and no other thread can close the
 * session under it. So it is used for no more than what the buffers of a connection hold anyway,
 * {@link #WINDOW} bytes beyond what the client is known to have read: pings are strewn in, and a
 * pong says that all before its ping was read. A client that stops reading is soon sent to
 * asynchronously, with a time limit, and so is one that answers no pings.
 */
final class FeedClient {
  private static final Logger LOG = Logger.getLogger(FeedClient.class.getName());

  private static final long WINDOW = 64 << 10;
  private static final long BYTES_A_PING = 16 << 10;

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

  /** A thread is sending the blocking way, or is about to. */
  private boolean blocking;

  /** What that thread is to close the session with. */
  private @Nullable CloseReason parting;

  /** Bytes of the frames sent so far; of the one that is sending, as the next. */
  private long sent;

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
      try {
        executor.execute(this::sendBlocking);
        return;
      } catch (RejectedExecutionException e) { // the server stops
        LOG.log(Level.FINE, "No thread to send with", e);
        unblock();
      }
    }
    sendAsync(next());
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
    boolean reading = sent - read < WINDOW || read == pinged;
    if (!reading || !threads.tryAcquire()) {
      return false;
    }
    synchronized (lock) {
      blocking = true;
    }
    return true;
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
      frame = next();
      while (frame != null && sent + frame.size() - read <= WINDOW) {
        if (frame.text() != null) {
          blockingRemote.sendText(frame.text());
        } else {
          blockingRemote.sendBinary(ByteBuffer.wrap(frame.payload()));
        }
        sent += frame.size();
        ping();
        if (idle() && threads.availablePermits() > 0) {
          // The frames of a batch come one by one, more slowly than they are sent. To wake a
          // thread for each of them would be most of the work.
          LockSupport.parkNanos(LINGER_NANOS);
        }
        frame = next();
      }
    } catch (IOException | RuntimeException e) { // the session has ended meanwhile
      frame = null;
      failed(e);
    } finally {
      unblock();
    }
    sendAsync(frame);
  }

  /**
   * Asks how far the client has read, when enough has been sent since it last told. Its buffers
   * have room for a ping, as it has just been reading.
   */
  private void ping() throws IOException {
    if (read == pinged && sent - pinged >= BYTES_A_PING) {
      pinged = sent;
      blockingRemote.sendPing(ByteBuffer.allocate(Long.BYTES).putLong(0, sent));
    }
  }

  private boolean idle() {
    synchronized (lock) {
      return waiting.isEmpty() && !closed;
    }
  }

  /** Sends a frame, then the others, the asynchronous way. Does nothing when there is none. */
  private void sendAsync(@Nullable Frame first) {
    Frame frame = first;
    while (frame != null) {
      sent += frame.size();
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
      Frame frame = closed ? null : waiting.poll();
      if (frame == null) {
        sending = false;
      } else {
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
      executor.execute(() -> closeSession(closing));
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
    private volatile boolean ok = true;

    @Override
    public void onResult(SendResult result) {
      if (!result.isOK()) {
        ok = false;
        failed(result.getException());
      }
      if (met.getAndSet(true) && ok) {
        goOn();
      }
    }

    /** True when the send has been completed well before its call returned: the caller goes on. */
    boolean landedFirst() {
      return met.getAndSet(true) && ok;
    }
  }
}
