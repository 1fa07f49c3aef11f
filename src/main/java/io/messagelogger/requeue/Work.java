package io.messagelogger.requeue;

import java.time.Instant;
import java.util.List;

/** What is done with the letters of a selection. Used by one thread. */
interface Work {

  /** What the log says was done with them. */
  String verb();

  /**
   * How many letters are worked on at a time.
   *
   * @param rate letters per second
   */
  int groupSize(int rate);

  /** How many letters there are. */
  long count(Instant until);

  /** The next letters, ascending. */
  List<Long> next(Instant until, long after, int limit);

  /** Works on some letters, and adds what came of it. */
  Progress on(List<Long> ids, Progress before);
}
