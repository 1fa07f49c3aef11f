package io.messagelogger.api.messages;

import org.jspecify.annotations.Nullable;

/**
 * The memory that the bodies of all requests share while they arrive. A body takes of it what has
 * arrived of it, when it has; what only has been announced takes nothing. When nothing is left, one
 * body at a time may go on all the same, to its end, so that bodies which have arrived by half each
 * never wait for one another for good. Thread-safe.
 */
final class BodyMemory {
  private final long bytes;
  private long taken;
  private @Nullable Object exempt;

  /**
   * An empty one.
   *
   * @param bytes what all may take together, beside the one that goes on all the same
   */
  BodyMemory(long bytes) {
    this.bytes = bytes;
  }

  /**
   * Takes some.
   *
   * @return what has to be given back at the end, nothing for who goes on all the same; negative
   *     when there is none, and the body must wait
   */
  synchronized int take(Object body, int wanted) {
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

  /** Gives back all that a body has taken. */
  synchronized void giveBack(Object body, long some) {
    taken -= some;
    if (exempt == body) {
      exempt = null;
    }
  }

  /** What is taken now. */
  synchronized long taken() {
    return taken;
  }
}
