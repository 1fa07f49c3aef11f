package io.messagelogger.store.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the log on and on, each row once and in the order of the numbers, though rows become
 * visible in another. Used by one thread.
 *
 * <p>A transaction that has drawn a number may end later than one that has drawn a larger, or be
 * rolled back. So where a number is missing, nothing behind it is handed out until the transactions
 * have ended that were open when it was missed. They hold a lock from before they draw to their
 * end, which takes as long as a commit. What is missing after that was rolled back.
 */
public final class LogTail {
  private final LogSource source;
  private final Set<String> awaited = new HashSet<>();
  private long next;

  /** Every number below it was drawn before those that are awaited were asked for. */
  private long goal;

  private boolean waits;

  /** Of the numbers below it, those that are not there were rolled back. */
  private long settled;

  /**
   * A tail that starts at the end of the log. What is stored while it is made may be before its
   * start; it is {@linkplain #started() started} when that is all there.
   */
  public LogTail(LogSource source) {
    this.source = source;
    this.next = source.next();
    this.goal = next;
    this.settled = next;
    awaited.addAll(source.writers());
  }

  /** Whether everything before its start is there; to be asked until it is so. */
  public boolean started() {
    return !awaits();
  }

  /** Everything before it was handed out, or was there at the start. */
  public LogPosition position() {
    return LogPosition.before(next);
  }

  /** Whether rows are held back for a transaction that has drawn a smaller number. */
  public boolean waits() {
    return waits;
  }

  /** Whether a transaction is waited for, after another look. */
  private boolean awaits() {
    if (!awaited.isEmpty()) {
      awaited.retainAll(source.writers());
    }
    return !awaited.isEmpty();
  }

  /**
   * The rows that follow; none when there are none yet, or a number is waited for.
   *
   * @param limit how many at most
   */
  public List<LogBatch> read(int limit) {
    waits = false;
    while (true) {
      List<LogBatch> rows = source.read(next, Long.MAX_VALUE, limit);
      List<LogBatch> ready = new ArrayList<>(rows.size());
      for (LogBatch row : rows) {
        if (row.id() > next && row.id() > settled) {
          break;
        }
        ready.add(row);
        next = row.id() + 1;
      }
      if (!ready.isEmpty() || rows.isEmpty() || !settle(rows.get(rows.size() - 1).id())) {
        return ready;
      }
    }
  }

  /** Whether all numbers up to one that is there have been decided, so that reading goes on. */
  private boolean settle(long there) {
    if (next >= goal) {
      goal = there;
      awaited.clear();
      awaited.addAll(source.writers());
    }
    if (awaits()) {
      waits = true;
      return false;
    }
    settled = goal;
    return true;
  }
}
