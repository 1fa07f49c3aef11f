package io.messagelogger.live;

import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.store.log.LogBatch;
import io.messagelogger.store.log.LogReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finds the messages that a row of the log names, a stretch of them at a time: those that were
 * published last are at hand, the others are read from the table. One thread finds; what is
 * published comes from any.
 */
final class Stretches {
  private static final int CHUNK = 256;
  private static final int READ_AT_ONCE = 250;
  private static final long RECENT_BYTES = 16L << 20;

  /** A batch is published within about a hundred milliseconds of its commit. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private final LogReader log;
  private final Recent recent = new Recent(RECENT_BYTES);
  private volatile long patience = PATIENCE.toNanos();

  /**
   * Messages that follow each other in a row.
   *
   * @param items without those that were erased meanwhile
   * @param to the index after the last
   */
  record Stretch(List<Item> items, int to) {}

  Stretches(LogReader log) {
    this.log = log;
  }

  /** A message was published: it is stored, or soon will be. */
  void published(Message message, byte[] payload) {
    recent.add(message, payload);
    patience = PATIENCE.toNanos();
  }

  /** Forgets what was published. */
  void clear() {
    recent.clear();
  }

  /**
   * The next messages of a row.
   *
   * @param from the index of the first
   * @param fresh whether the row is so new that its messages may still be published; they are
   *     waited for, unless nothing seems to be published
   */
  Stretch next(LogBatch batch, int from, boolean fresh) throws InterruptedException {
    List<Item> items = new ArrayList<>();
    int end = Math.min(batch.size(), from + CHUNK);
    for (int index = from; index < end; index++) {
      long wait = items.isEmpty() && fresh ? patience : 0;
      Message message = recent.take(batch.uuid(index), batch.check(index), wait);
      if (message == null) {
        if (wait > 0) {
          patience = 0; // it is known again when something is published
        }
        break;
      }
      items.add(new Item(batch.after(index), message));
    }
    return items.isEmpty() ? read(batch, from) : new Stretch(items, from + items.size());
  }

  private Stretch read(LogBatch batch, int from) {
    int to = Math.min(batch.size(), from + READ_AT_ONCE);
    Map<UUID, Message> messages = log.messages(batch.positions(from, to), Scope.ALL);
    List<Item> items = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Message message = messages.get(batch.uuid(i));
      if (message != null) {
        items.add(new Item(batch.after(i), message));
      }
    }
    return new Stretch(items, to);
  }
}
