package io.messagelogger.live;

import io.messagelogger.filter.Filter;
import io.messagelogger.store.log.LogBatch;
import io.messagelogger.store.log.LogPosition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that follows the log: shown each message that it wants once, in the order of the log.
 *
 * <p>It is either replaying, reading from the table at its own speed, or live, shown what the
 * tailer comes to. It is replaying at first. It becomes live when it has come to where the tailer
 * is, and is replaying again when more waits for it than may: from the last message that was taken
 * on. While it replays, one thread at a time uses it; while it is live, the tailer with its lock
 * held. Whoever makes it the one or the other hands it over.
 */
final class Follower {
  /** Envelopes of a frame of several are not joined beyond this. */
  private static final int FRAME_BYTES = 1 << 20;

  private static final byte[] OPEN = Frames.ascii("[");
  private static final byte[] COMMA = Frames.ascii(",");
  private static final byte[] CLOSE = Frames.ascii("]");

  private final FeedClient client;
  private final FeedRequest request;
  private LogPosition position;
  private boolean caughtUp;
  private @Nullable LogPosition gapFrom;
  private @Nullable LogPosition gapTo;

  /** The row of the log that it is in, and how many messages to read at a time. */
  private @Nullable LogBatch batch;

  private int slice = 64;

  /** Whether not all of what was read for it last was taken. */
  private boolean full;

  /** Messages up to here it has had, as another server was further. */
  private @Nullable LogPosition had;

  Follower(FeedClient client, LogPosition start) {
    this.client = client;
    this.request = client.request();
    this.position = start;
  }

  FeedClient client() {
    return client;
  }

  /** Everything before it was taken, or is not wanted. */
  LogPosition position() {
    return position;
  }

  void position(LogPosition now) {
    position = now;
  }

  /** Whether all who are sent a message in this shape are sent the same. */
  boolean wantsAll() {
    return request.filter().equals(Filter.ALL)
        && request.scope().all()
        && request.batch() == 0
        && had == null;
  }

  boolean wants(Item item) {
    return (had == null || had.isBefore(item.after()))
        && request.scope().holds(item.message())
        && request.filter().matches(item.candidate());
  }

  /**
   * Adds messages that it wants to what waits.
   *
   * @return false when more would wait than may; its position is then after the last that was taken
   */
  boolean show(List<Item> items) {
    if (request.batch() == 0) {
      for (Item item : items) {
        if (!client.offer(item.frame(shape()), 1)) {
          return false;
        }
        position = item.after();
      }
      return true;
    }
    for (int from = 0; from < items.size(); ) {
      int to = from + 1;
      long bytes = items.get(from).envelope().length;
      while (to < items.size() && to - from < request.batch() && bytes < FRAME_BYTES) {
        bytes += items.get(to++).envelope().length;
      }
      List<Item> some = items.subList(from, to);
      if (!client.offer(together(some), 1)) {
        return false;
      }
      client.alsoShown(some.size() - 1);
      position = some.get(some.size() - 1).after();
      from = to;
    }
    return true;
  }

  Item.Shape shape() {
    return Item.Shape.of(request);
  }

  private byte[] together(List<Item> some) {
    List<byte[]> parts = new ArrayList<>();
    for (Item item : some) {
      parts.add(parts.isEmpty() ? OPEN : COMMA);
      parts.add(item.envelope());
    }
    parts.add(CLOSE);
    byte[] array = Frames.join(parts.toArray(byte[][]::new));
    return request.events()
        ? Frames.event("message", some.get(some.size() - 1).after().cursor(), array)
        : Frames.text(array);
  }

  /** More waits than may: it reads by itself from where it is. */
  void fallBehind() {
    gapFrom = position;
    gapTo = null;
  }

  /** Says what was left out, when that is news, before it is read. */
  void sayGap(LogPosition to) {
    if (gapFrom != null && gapTo == null) {
      gapTo = to;
      range("gap");
    }
  }

  /** Says that what was left out has been sent, when that is so. */
  void sayRefilled() {
    if (gapTo != null && !position.isBefore(gapTo)) {
      range("refilled");
      gapFrom = null;
      gapTo = null;
    }
  }

  private void range(String type) {
    if (gapFrom != null && gapTo != null) {
      say(type, gapTo, "\"from\":\"" + gapFrom.cursor() + "\",\"to\":\"" + gapTo.cursor() + '"');
    }
  }

  /** It is where the tailer is, or further. */
  void live(LogPosition tailer) {
    had = tailer.isBefore(position) ? position : null;
    sayRefilled();
    if (!caughtUp) {
      caughtUp = true;
      say("caught_up", position);
    }
  }

  /** Says that the feed lives and how far it is, when nothing else has said so for a while. */
  void heartbeat(LogPosition now, long afterNanos) {
    if (request.envelope() && client.quiet(afterNanos)) {
      say("heartbeat", had != null && now.isBefore(had) ? had : now);
    }
  }

  private void say(String type, LogPosition cursor) {
    say(type, cursor, "\"cursor\":\"" + cursor.cursor() + '"');
  }

  private void say(String type, LogPosition id, String members) {
    if (request.envelope()) {
      String object = "{\"type\":\"" + type + "\"," + members + "}";
      byte[] json = Frames.ascii(request.batch() == 0 ? object : "[" + object + "]");
      client.force(request.events() ? Frames.event(type, id.cursor(), json) : Frames.text(json));
    }
  }

  @Nullable LogBatch batch() {
    return batch;
  }

  void batch(@Nullable LogBatch current) {
    batch = current;
  }

  int slice() {
    return slice;
  }

  void slice(int messages) {
    slice = messages;
  }

  boolean full() {
    return full;
  }

  void full(boolean isFull) {
    full = isFull;
  }
}
