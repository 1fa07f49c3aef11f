package io.messagelogger.access;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * What a reader is being shown by one question, from the question to the last message of the
 * answer. A live feed goes on when its request has been answered; whoever shows it says when it
 * ends. Thread-safe.
 */
public final class Reading {
  private final LongConsumer record;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean goesOn;

  /**
   * Begins one.
   *
   * @param record takes the number of messages that were shown, once, at the end
   */
  public Reading(LongConsumer record) {
    this.record = record;
  }

  /** One of which nothing is recorded. */
  public static Reading unrecorded() {
    return new Reading(messages -> {});
  }

  /** It does not end with the request. */
  public void goOn() {
    goesOn = true;
  }

  /** Whether it does not end with the request. */
  public boolean goesOn() {
    return goesOn;
  }

  /** It has ended, after so many messages; the first time counts. Waits until that is recorded. */
  public void ended(long messages) {
    if (ended.compareAndSet(false, true)) {
      record.accept(messages);
    }
  }
}
