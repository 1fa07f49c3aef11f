package io.messagelogger.store.rollup;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A group of messages, counted. Used by one thread. */
public final class Cell {
  /** Times of acknowledgement that are further from the message's do not fit; 30,000 years. */
  private static final long MOST_SECONDS = 1_000_000_000_000L;

  long messages;
  long bytes;
  long acknowledged;
  long slowest = Long.MIN_VALUE;
  long first = Long.MAX_VALUE;
  long last = Long.MIN_VALUE;

  /** How many messages of the group may not have been counted at most. */
  long lacking;

  final Latencies latencies = new Latencies();

  /** Counts a message. */
  public void add(Fact fact) {
    messages++;
    bytes += fact.bytes();
    long time = micros(fact.time());
    first = Math.min(first, time);
    last = Math.max(last, time);
    if (fact.ackTime() != null) {
      acknowledged++;
      long taken = latency(fact.time(), fact.ackTime());
      slowest = Math.max(slowest, taken);
      latencies.add(taken);
    }
  }

  /** Counts what another has counted. */
  public void add(Cell other) {
    messages += other.messages;
    bytes += other.bytes;
    acknowledged += other.acknowledged;
    slowest = Math.max(slowest, other.slowest);
    first = Math.min(first, other.first);
    last = Math.max(last, other.last);
    latencies.add(other.latencies);
  }

  public long messages() {
    return messages;
  }

  public long bytes() {
    return bytes;
  }

  public long acknowledged() {
    return acknowledged;
  }

  /** The longest time to an acknowledgement, in milliseconds; of no meaning without one. */
  public double slowest() {
    return slowest / 1_000.0;
  }

  /** When the first was created; of no meaning without messages. */
  public Instant first() {
    return time(first);
  }

  /** When the last was created; of no meaning without messages. */
  public Instant last() {
    return time(last);
  }

  /** How many messages of the group may not have been counted at most. */
  public long lacking() {
    return lacking;
  }

  public Latencies latencies() {
    return latencies;
  }

  /** How long an acknowledgement took, in microseconds, cut off at {@link #MOST_SECONDS}. */
  public static long latency(Instant from, Instant to) {
    long seconds = to.getEpochSecond() - from.getEpochSecond();
    long cut = Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, seconds));
    return cut * 1_000_000 + (to.getNano() - from.getNano()) / 1_000;
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
