package io.messagelogger.live;

import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.log.LogBatch;
import io.messagelogger.store.log.LogEntries;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.store.log.LogReader;
import io.messagelogger.testing.Sample;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** A log and its messages, in memory. Thread-safe. */
final class FakeLog implements LogReader {
  private static final int ENTRY = 28;

  private final TreeMap<Long, LogBatch> rows = new TreeMap<>();
  private final Map<UUID, Message> stored = new HashMap<>();
  private final Set<String> writers = new HashSet<>();
  private long next = 1;
  private boolean down;
  private int messagesRead;
  private int reading;
  private int mostReading;

  /** A message of a topic, as it is pushed. */
  static Sample sample(String topic) {
    return Sample.required()
        .with("message_uuid", "\"" + UUID.randomUUID() + "\"")
        .with("topic", "\"" + topic + "\"");
  }

  /** Stores messages as one batch. */
  void store(Sample... samples) {
    storeAs(draw(), samples);
  }

  /** Draws a number, as a transaction does that has not ended. */
  synchronized long draw() {
    return next++;
  }

  /** Stores messages as the batch of a number that was drawn. */
  synchronized void storeAs(long number, Sample... samples) {
    ByteBuffer entries = ByteBuffer.allocate(ENTRY * samples.length);
    for (Sample sample : samples) {
      Message message = sample.message();
      stored.put(message.messageUuid(), message);
      entries
          .putLong(message.messageUuid().getMostSignificantBits())
          .putLong(message.messageUuid().getLeastSignificantBits())
          .putLong(0)
          .putInt(LogEntries.check(sample.bytes()));
    }
    rows.put(number, new LogBatch(number, Instant.now(), entries.array()));
  }

  synchronized void erase(Message message) {
    stored.remove(message.messageUuid());
  }

  /** Who has drawn a number and has not ended. */
  synchronized void open(String... names) {
    writers.clear();
    writers.addAll(Arrays.asList(names));
  }

  /** Whether the database does not answer. */
  synchronized void down(boolean isDown) {
    down = isDown;
  }

  /** How many messages were asked for. */
  synchronized int messagesRead() {
    return messagesRead;
  }

  /** How many have read messages at the same time at most. */
  synchronized int mostReading() {
    return mostReading;
  }

  private void answer() {
    if (down) {
      throw new StoreUnavailableException("no answer", null);
    }
  }

  @Override
  public synchronized List<LogBatch> read(long from, long before, int limit) {
    answer();
    return rows.subMap(from, Math.max(from, before)).values().stream().limit(limit).toList();
  }

  @Override
  public synchronized Set<String> writers() {
    answer();
    return Set.copyOf(writers);
  }

  @Override
  public synchronized long next() {
    answer();
    return next;
  }

  @Override
  public synchronized LogPosition since(Duration ago) {
    answer();
    Instant time = Instant.now().minus(ago);
    return LogPosition.before(
        rows.values().stream()
            .filter(row -> !row.storedAbout().isBefore(time))
            .mapToLong(LogBatch::id)
            .findFirst()
            .orElse(next));
  }

  @Override
  public Map<UUID, Message> messages(List<Position> positions, Scope scope) {
    synchronized (this) {
      answer();
      messagesRead += positions.size();
      mostReading = Math.max(mostReading, ++reading);
    }
    synchronized (this) {
      reading--;
      Map<UUID, Message> found = new HashMap<>();
      for (Position position : positions) {
        Message message = stored.get(position.messageUuid());
        if (message != null && scope.holds(message)) {
          found.put(message.messageUuid(), message);
        }
      }
      return found;
    }
  }
}
