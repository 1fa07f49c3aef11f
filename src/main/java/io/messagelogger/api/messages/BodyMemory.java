package io.messagelogger.api.messages;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the bodies of all requests share while they arrive. A body takes of it what has
 * arrived of it, when it has; what only has been announced takes nothing. When nothing is left, one
 * body at a time may go on all the same, to its end, so that bodies which have arrived by half each
 * never wait for one another for good. Some of the others wait, the longest waiting first.
 * Thread-safe.
 */
final class BodyMemory {
  private final long bytes;
  private final int mostWaiting;
  private final Deque<Object> waiting = new ArrayDeque<>();
  private long taken;
  private @Nullable Object exempt;

  /**
   * An empty one.
   *
   * @param bytes what all may take together, beside the one that goes on all the same
   * @param mostWaiting how many may wait, each on a thread
   */
  BodyMemory(long bytes, int mostWaiting) {
    this.bytes = bytes;
    this.mostWaiting = mostWaiting;
  }

  /**
   * Takes some, and waits for it if it must.
   *
   * @return what has to be given back at the end, nothing for who goes on all the same; negative
   *     when there is none in this time, or too many wait
   */
  synchronized int take(Object body, int wanted, long time, TimeUnit unit)
      throws InterruptedException {
    long end = System.nanoTime() + unit.toNanos(time);
    if (waiting.isEmpty() || exempt == body) {
      int granted = grant(body, wanted);
      if (granted >= 0) {
        return granted;
      }
    }
    if (waiting.size() >= mostWaiting) {
      return -1;
    }
    waiting.addLast(body);
    try {
      for (long left = unit.toNanos(time); left > 0; left = end - System.nanoTime()) {
        if (waiting.getFirst() == body) {
          int granted = grant(body, wanted);
          if (granted >= 0) {
            return granted;
          }
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return -1;
    } finally {
      waiting.remove(body);
      notifyAll(); // another is the first now
    }
  }

  private int grant(Object body, int wanted) {
    if (exempt == body) {
      return 0;
    }
    if (taken + wanted <= bytes) {
      taken += wanted;
      return wanted;
    }
    if (exempt == null) {
      exempt = body;
      return 0;
    }
    return -1;
  }

  /** Gives back what a body has taken; it is not the one that goes on all the same any more. */
  synchronized void giveBack(Object body, long some) {
    taken -= some;
    if (exempt == body) {
      exempt = null;
    }
    notifyAll();
  }

  /** Whether somebody waits. */
  synchronized boolean wanted() {
    return !waiting.isEmpty();
  }
}
