package io.messagelogger.api.messages;

import io.messagelogger.api.Problem;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, from its first byte to its last. It is read as it arrives, on no thread
 * of its own: a sender that stalls holds none. When all of it is there, the request goes on. The
 * server calls from one thread at a time; another may end it meanwhile.
 *
 * <p>One that has to wait for memory waits on the server's thread. Not to read on and to go on
 * later from another thread does not work: the server asks for more whether or not somebody reads,
 * and tells the end only to its own threads.
 */
final class Body implements ReadListener, AsyncListener {
  private static final Logger LOG = Logger.getLogger(Body.class.getName());
  private static final String ATTRIBUTE = Body.class.getName();

  /** What every body may have without asking: most requests are no longer. */
  private static final int FREE = 8_192;

  private static final int LARGEST_PIECE = 65_536;
  private static final int LONGEST_WAIT_SECONDS = 20;

  private final Bodies bodies;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final AsyncContext async;
  private final ServletInputStream in;
  private final AtomicReference<State> state = new AtomicReference<>(State.ARRIVING);
  private final ArrivalPace pace;
  private final List<byte[]> pieces = new ArrayList<>();
  private int room;
  private int length;
  private final AtomicLong taken = new AtomicLong();

  /** Whether it waits for memory, which is not its sender's doing. */
  private volatile boolean waiting;

  private enum State {
    ARRIVING,
    ARRIVED,
    ENDED
  }

  Body(Bodies bodies, HttpServletRequest request, HttpServletResponse response) throws IOException {
    this.bodies = bodies;
    this.request = request;
    this.response = response;
    this.pace = new ArrivalPace(bodies.bytesPerSecond(), System.nanoTime());
    this.in = request.getInputStream();
    this.async = request.startAsync(request, response);
  }

  /** Begins to read. */
  void begin() {
    request.setAttribute(ATTRIBUTE, this);
    async.setTimeout(0); // how long it may take is said by the pace
    async.addListener(this);
    in.setReadListener(this);
  }

  /** The body of a request; null when it has none. */
  static @Nullable Body of(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof Body body ? body : null;
  }

  int length() {
    return length;
  }

  /** All of it, once. */
  byte[] bytes() {
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] piece : pieces) {
      int some = Math.min(piece.length, length - at);
      System.arraycopy(piece, 0, all, at, some);
      at += some;
    }
    pieces.clear();
    return all;
  }

  @Override
  public void onDataAvailable() throws IOException {
    try {
      read();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(Bodies.TOO_MANY); // the server stops
    }
  }

  private void read() throws IOException, InterruptedException {
    while (state.get() == State.ARRIVING) {
      if (room == 0 && !makeRoom()) {
        return;
      }
      if (!in.isReady() || in.isFinished()) {
        return; // called again when there is more
      }
      byte[] piece = pieces.get(pieces.size() - 1);
      int read = in.read(piece, piece.length - room, room);
      if (read < 0) {
        return;
      }
      room -= read;
      length += read;
      synchronized (pace) {
        pace.arrived(read, System.nanoTime());
      }
      if (length > bodies.maxBytes()) {
        refuse(bodies.tooLarge());
        return;
      }
    }
  }

  /** False when there is no memory, or the body has ended meanwhile. */
  private boolean makeRoom() throws InterruptedException {
    int size = Math.max(FREE, Math.min(length, LARGEST_PIECE));
    if (length >= FREE) {
      waiting = true;
      int granted = bodies.memory().take(this, size, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
      restart();
      waiting = false;
      if (granted < 0) {
        refuse(Bodies.TOO_MANY);
        return false;
      }
      taken.addAndGet(granted);
      if (state.get() != State.ARRIVING) { // and has given back what it had then
        giveBack();
        return false;
      }
    }
    pieces.add(new byte[size]);
    room = size;
    return true;
  }

  private void restart() {
    synchronized (pace) {
      pace.restart(System.nanoTime());
    }
  }

  /**
   * Ends it when its sender is too slow.
   *
   * @param wanted whether others wait for memory: then it is too slow sooner
   */
  void look(long now, boolean wanted) {
    if (waiting || state.get() != State.ARRIVING) {
      return;
    }
    boolean slow;
    boolean idle;
    synchronized (pace) {
      slow = pace.tooSlow(now);
      idle = pace.idle(now);
    }
    if (slow) {
      refuse(bodies.tooSlow());
    } else if (wanted && idle && taken.get() > 0) {
      refuse(Bodies.IN_THE_WAY);
    }
  }

  @Override
  public void onAllDataRead() {
    if (state.compareAndSet(State.ARRIVING, State.ARRIVED)) {
      bodies.arrived(this);
      async.dispatch();
    }
  }

  @Override
  public void onError(Throwable cause) {
    LOG.log(Level.FINE, "A body did not arrive", cause);
    refuse(Bodies.BROKEN); // its sender may be there: the server cannot unpack some
  }

  private void refuse(Problem problem) {
    if (!end()) {
      return;
    }
    try {
      if (problem.status() == 503) {
        response.setHeader("Retry-After", "1");
      }
      response.setHeader("Connection", "close"); // the rest of the body is not read
      problem.write(response);
    } catch (IOException e) {
      LOG.log(Level.FINE, "Nobody is there to be told", e);
    } finally {
      async.complete();
    }
  }

  /** False when it has ended, or arrived, before. */
  private boolean end() {
    State before = state.getAndUpdate(seen -> seen == State.ARRIVED ? seen : State.ENDED);
    if (before == State.ARRIVED || before == State.ENDED) {
      return false;
    }
    giveBack();
    return true;
  }

  /** Gives its memory back. What it has given back already it does not give back again. */
  void giveBack() {
    bodies.ended(this, taken.getAndSet(0));
  }

  @Override
  public void onComplete(AsyncEvent event) {
    giveBack();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    giveBack();
  }

  @Override
  public void onError(AsyncEvent event) {
    giveBack();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }

  @Override
  public String toString() {
    return "%s %s, %d bytes".formatted(request.getMethod(), request.getRequestURI(), length);
  }
}
