package io.messagelogger.ingest;

import io.messagelogger.running.Condition;
import java.util.concurrent.CountDownLatch;

/**
 * What is known of one writer, which is a thread of the drainer.
 *
 * @param work whether it can store what it claims
 * @param life whether its thread lives
 * @param pulse its signs of life
 * @param pauses its pauses between tries
 */
record Writer(Condition work, Condition life, Pulse pulse, Pauses pauses) {

  /**
   * One that has not started.
   *
   * @param name its number, from 1, and where there are several queues the one that it drains
   * @param stopping counted down when the server stops
   */
  static Writer of(String name, CountDownLatch stopping) {
    Pulse pulse = new Pulse();
    return new Writer(
        new Condition("writer " + name),
        new Condition("thread of writer " + name),
        pulse,
        new Pauses(stopping, pulse));
  }
}
