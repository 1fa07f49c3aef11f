package io.messagelogger.live;

import io.messagelogger.access.Reader;
import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
 */
final class FeedClient {
  private static final Logger LOG = Logger.getLogger(FeedClient.class.getName());

  private final Session session;
  private final Reader reader;
  private final RemoteEndpoint.Async remote;
  private final Executor closer;
  private final int maxFrames;
  private final long maxBytes;

  private final Object lock = new Object();
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean sending;
  private boolean closed;

  /**
   * @param closer runs what may block: telling a stalled client that it is closed
   */
  FeedClient(
      Session session,
      Reader reader,
      long sendTimeoutMillis,
      int maxFrames,
      long maxBytes,
      Executor closer) {
    this.session = session;
    this.reader = reader;
    this.remote = session.getAsyncRemote();
    this.remote.setSendTimeout(sendTimeoutMillis);
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
    this.closer = closer;
  }

  /** Who it is. */
  Reader reader() {
    return reader;
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
        closeLocked(
            CloseReason.CloseCodes.TRY_AGAIN_LATER, "too slow: " + waiting.size() + " frames wait");
        return;
      }
    }
    send();
  }

  /** Closes the session because the server stops; may block. */
  void goAway() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      ended();
    }
    closeSession(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "the server stops"));
  }

  /** Forgets what waits; for a session that has ended. */
  void ended() {
    synchronized (lock) {
      closed = true;
      waiting.clear();
      waitingBytes = 0;
    }
  }

  /**
   * Sends what waits, one frame after the other. Called by the one that has set {@code sending}.
   */
  private void send() {
    while (true) {
      Frame frame = next();
      if (frame == null) {
        return;
      }
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
    }
  }

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
      closeLocked(CloseReason.CloseCodes.TRY_AGAIN_LATER, "a frame could not be sent in time");
    }
  }

  /** Closes the session; does not block. */
  void close(CloseReason.CloseCode code, String reason) {
    synchronized (lock) {
      closeLocked(code, reason);
    }
  }

  /** To be called with the lock held. */
  private void closeLocked(CloseReason.CloseCode code, String reason) {
    if (closed) {
      return;
    }
    ended();
    closer.execute(() -> closeSession(new CloseReason(code, reason)));
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
        send();
      }
    }

    /** True when the send has been completed well before its call returned: the caller goes on. */
    boolean landedFirst() {
      return met.getAndSet(true) && ok;
    }
  }
}
