package io.messagelogger.access;

/** Whether readers who were let in may stay: asked again and again while a connection is open. */
@FunctionalInterface
public interface Validity {
  /**
   * Whether the reader's token has not ended and its key is still in force with the same rights.
   * Cheap, and thread-safe.
   */
  boolean holds(Reader reader);
}
