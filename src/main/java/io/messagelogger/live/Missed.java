package io.messagelogger.live;

import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.store.log.LogBatch;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.store.log.LogReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What may have been published while there was no subscription to a channel: what was stored from
 * some seconds before it was last known to hear everything. Thread-safe.
 */
final class Missed {
  /** From a commit to its publishing takes a tenth of a second as a rule. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  /** What the database may take to be asked. */
  private static final Duration ASKING = Duration.ofSeconds(1);

  private static final int READ_AT_ONCE = 250;

  private final LogReader log;

  private final long begin = System.nanoTime();

  /** Of each channel: what was published before was heard; in the time of System.nanoTime. */
  private final Map<String, Long> heardUntil = new HashMap<>();

  private long from;
  private boolean owed;
  private int losses;

  Missed(LogReader log) {
    this.log = log;
  }

  synchronized void heardUntil(String channel, long time) {
    heardUntil.put(channel, time);
  }

  /** From now on everything is heard again that is published on this channel. */
  synchronized void subscribed(String channel) {
    long heard = heardUntil.getOrDefault(channel, begin);
    from = owed && from - heard < 0 ? from : heard;
    owed = true;
    losses++;
    heardUntil.put(channel, System.nanoTime());
  }

  /** What was missed was missed by nobody. */
  synchronized void nothing() {
    owed = false;
  }

  /**
   * Hands out what may have been missed, in the order of the log, if something may.
   *
   * @param notBefore nothing that was stored a while before this time of System.nanoTime is of
   *     interest
   * @return whether something may have been missed
   * @throws io.messagelogger.store.StoreUnavailableException when the database does not answer;
   *     what is left is handed out the next time, together with what was
   */
  boolean fill(long notBefore, Consumer<Message> missed) {
    long now = System.nanoTime();
    Duration ago;
    int known;
    synchronized (this) {
      if (!owed) {
        return false;
      }
      known = losses;
      Duration joined = Duration.ofNanos(now - notBefore).plus(ASKING);
      Duration blind = Duration.ofNanos(now - from).plus(MARGIN);
      ago = joined.compareTo(blind) < 0 ? joined : blind;
    }
    long end = log.next();
    for (LogPosition at = log.since(ago); at.batch() < end; ) {
      List<LogBatch> rows = log.read(at.batch(), end, 1);
      if (rows.isEmpty()) {
        break;
      }
      show(rows.get(0), missed);
      at = rows.get(0).end();
    }
    synchronized (this) {
      owed = losses != known; // one that came meanwhile may reach further
    }
    return true;
  }

  private void show(LogBatch batch, Consumer<Message> missed) {
    for (int from = 0; from < batch.size(); from += READ_AT_ONCE) {
      int to = Math.min(batch.size(), from + READ_AT_ONCE);
      Map<UUID, Message> messages = log.messages(batch.positions(from, to), Scope.ALL);
      for (int i = from; i < to; i++) {
        Message message = messages.get(batch.uuid(i));
        if (message != null) {
          missed.accept(message);
        }
      }
    }
  }
}
