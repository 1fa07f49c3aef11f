package io.messagelogger.queue;

/**
 * Redis did not do what it was asked, or it is not known whether it did. The message says why, for
 * an operator.
 */
public final class QueueUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /** A failure with no other behind it. */
  public QueueUnavailableException(String reason) {
    super(reason);
    this.reason = reason;
  }

  QueueUnavailableException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  @Override
  public String getMessage() {
    return reason;
  }
}
