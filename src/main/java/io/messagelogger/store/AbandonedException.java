package io.messagelogger.store;

import org.jspecify.annotations.Nullable;

/** Nobody waits for the answer any more; the question was cancelled. No fault of the database. */
public final class AbandonedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AbandonedException(@Nullable Throwable cause) {
    super("nobody waits for the answer any more", cause, false, false);
  }
}
