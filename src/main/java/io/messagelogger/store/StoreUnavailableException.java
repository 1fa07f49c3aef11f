package io.messagelogger.store;

import org.jspecify.annotations.Nullable;

/** The database did not answer a question. The message says why, for an operator. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }
}
