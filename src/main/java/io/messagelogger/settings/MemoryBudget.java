package io.messagelogger.settings;

import java.util.Optional;

/**
 * Whether the settings that take memory fit into the heap together. Each is allowed by itself; what
 * counts is their sum at the worst moment: every writer with a full batch, the largest requests,
 * and a client of the feed that does not read. Immutable.
 *
 * @param heapBytes how large the heap may grow
 */
public record MemoryBudget(long heapBytes) {
  /** What the server takes without any load, about. */
  private static final long SERVER = 96L << 20;

  /** A batch: what Redis has sent, its messages, and their rows on the way to the database. */
  private static final int COPIES_OF_A_BATCH = 3;

  /**
   * Requests: the bytes of those that arrive and of the one that may go on when these take all
   * there is; the text and the messages of those that are read.
   */
  private static final int COPIES_OF_A_REQUEST = 4;

  /** One line that says that they do not fit; empty when they do. */
  public Optional<String> complaint(Settings settings) {
    long batch =
        settings.count(Setting.BATCH_BYTES) + (long) settings.count(Setting.MAX_MESSAGE_BYTES);
    long writers = (long) settings.count(Setting.WRITERS) * settings.queues().size();
    long batches = writers * batch * COPIES_OF_A_BATCH;
    long requests = (long) settings.count(Setting.MAX_REQUEST_BYTES) * COPIES_OF_A_REQUEST;
    long feed = settings.count(Setting.FEED_QUEUE_BYTES);
    long sum = SERVER + batches + requests + feed;
    if (sum <= heapBytes) {
      return Optional.empty();
    }
    return Optional.of(
        "the settings need about %d MiB of memory, more than the heap of %d MiB (-Xmx): %d for the server, %d for WRITERS, BATCH_BYTES and MAX_MESSAGE_BYTES%s, %d for MAX_REQUEST_BYTES, %d for FEED_QUEUE_BYTES"
            .formatted(
                mebibytes(sum),
                mebibytes(heapBytes),
                mebibytes(SERVER),
                mebibytes(batches),
                settings.queues().size() > 1 ? " for each of REDIS_QUEUE" : "",
                mebibytes(requests),
                mebibytes(feed)));
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
