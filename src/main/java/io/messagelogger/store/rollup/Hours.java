package io.messagelogger.store.rollup;

import java.time.Instant;

/** Time in whole hours since 1970, as the tables have it. Stateless. */
public final class Hours {
  /** Before every hour, and the start of a day and of thirty days. */
  public static final long FIRST = -720L * 1_000_000_000;

  /** After every hour. */
  public static final long LAST = 720L * 1_000_000_000;

  /** How many hours are counted together, the most first. */
  static final int[] GRAINS = {720, 24, 1};

  private static final long SECONDS = 3_600;

  private Hours() {}

  /** The hour of a time. */
  public static long of(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), SECONDS);
  }

  /** When an hour starts. */
  public static Instant start(long hour) {
    return Instant.ofEpochSecond(hour * SECONDS);
  }

  /** The first hour that does not start before a time. */
  static long notBefore(Instant time) {
    long hour = of(time);
    return start(hour).isBefore(time) ? hour + 1 : hour;
  }

  static long micros(long hour) {
    return hour * SECONDS * 1_000_000;
  }
}
