package io.messagelogger.ingest;

/**
 * Something that kept a claim from going straight to its end, told when it happens.
 *
 * @param kind what it was
 * @param messages how many messages it concerns
 */
public record Incident(Kind kind, int messages) {
  /** What it was. */
  public enum Kind {
    /** A claim was taken over from an owner that had let its lease run out. */
    REAP,
    /** A transaction failed and is tried again after a pause. */
    RETRY,
    /** A transaction was halved to find what the database refuses. */
    BISECTION,
    /** A claim whose owners had died was split. */
    SPLIT,
    /** A claim was given back when the server stopped. */
    RETURN
  }
}
