package io.messagelogger.dev;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the run command has started, stopped in reverse order and once. Thread-safe: a stop waits
 * for the step that is being started, stops that too, and no further step starts.
 */
final class Running implements Closeable {
  private final Deque<Closeable> started = new ArrayDeque<>();
  private volatile boolean sealed;

  /**
   * Starts the next step.
   *
   * @throws IOException when it does not start, or when everything is being stopped
   */
  synchronized <T extends Closeable> T start(Step<T> step) throws IOException {
    if (sealed) {
      throw new IOException("Stopping");
    }
    T process = step.start();
    started.push(process);
    return process;
  }

  /** From now on no step starts. Does not wait for the one that is being started. */
  void seal() {
    sealed = true;
  }

  /** Whether a stop has begun: whatever fails then fails because of it. */
  boolean sealed() {
    return sealed;
  }

  /**
   * Stops every step, the last one first, and goes on when one fails.
   *
   * @throws IOException the first failure, with the others suppressed
   */
  @Override
  public void close() throws IOException {
    seal();
    closeAll();
  }

  private synchronized void closeAll() throws IOException {
    IOException failure = null;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Starts something. */
  @FunctionalInterface
  interface Step<T extends Closeable> {
    T start() throws IOException;
  }
}
