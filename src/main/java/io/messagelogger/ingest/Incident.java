package io.messagelogger.ingest;

/**
 * Something that kept a claim from going straight to its end, told as a CDI event when it happens.
 */
public enum Incident {
  /** A claim was taken over from an owner that had let its lease run out. */
  REAP,
  /** A transaction or an acknowledgement failed and is tried again after a pause. */
  RETRY,
  /** A transaction was halved to find what the database refuses. */
  BISECTION,
  /** A transaction was halved because the database has not enough of something for all of it. */
  HALVING,
  /** A claim whose owners had died was split. */
  SPLIT,
  /** A claim was given back when the server stopped. */
  RETURN
}
