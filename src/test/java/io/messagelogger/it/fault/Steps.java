package io.messagelogger.it.fault;

/**
 * Places in the server's code where {@link Rule}s fire, in the order in which a claim passes them.
 */
final class Steps {
  private static final String PROCESSOR = "io.messagelogger.ingest.ClaimProcessor";
  private static final String WRITER = "io.messagelogger.store.writing.BatchWriter";
  private static final String QUEUE = "io.messagelogger.queue.ClaimQueue";

  /** The server holds a claim and has done nothing with it. */
  static final String CLAIMED = entry(PROCESSOR, "process");

  /** In the transaction: keys and rows are in, the edges are not. */
  static final String HALF_INSERTED =
      entry("io.messagelogger.store.writing.Copying", "link(Collection)");

  /** In the transaction, everything is in; the commit follows. */
  static final String BEFORE_COMMIT = exit(WRITER, "write");

  /** Everything is committed, and Redis has not been told. */
  static final String COMMITTED = entry(PROCESSOR, "acknowledge");

  /** Redis has dropped the claim, and the server does not know yet. */
  static final String ACKNOWLEDGED = exit(QUEUE, "acknowledge");

  /** Another's claim may have been taken over. */
  static final String REAPED = exit(QUEUE, "reap");

  /** The database has refused some of the messages, and it is not known which. */
  static final String ISOLATING = entry("io.messagelogger.ingest.Refusal", "halve");

  /** A claim over which servers have died was split in Redis, and the server does not know yet. */
  static final String SPLIT = exit(QUEUE, "split");

  /** A message is about to be read. */
  static final String READING = entry("io.messagelogger.message.MessageReader", "read(byte[])");

  /** A drainer thread gives a sign of life. */
  static final String ALIVE = entry("io.messagelogger.ingest.Pulse", "beat");

  private Steps() {}

  private static String entry(String type, String method) {
    return "%s\nMETHOD %s\nAT ENTRY".formatted(type, method);
  }

  private static String exit(String type, String method) {
    return "%s\nMETHOD %s\nAT EXIT".formatted(type, method);
  }
}
