package io.messagelogger.store.log;

import java.util.List;
import java.util.Set;

/** What the tail of the log is read from. Thread-safe. */
public interface LogSource {
  /**
   * The first rows that can be seen, in their order.
   *
   * @param from the least number
   * @param before they are less than this
   * @param limit how many at most
   */
  List<LogBatch> read(long from, long before, int limit);

  /**
   * The names of the transactions that have drawn a number, or are about to, and have not ended.
   */
  Set<String> writers();

  /** A number above all that were drawn. */
  long next();
}
