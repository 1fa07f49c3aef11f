package io.messagelogger.api.access;

/** Someone is not let in. The message says why, for that someone. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String cause;

  /**
   * @param detail for the one who asks
   * @param cause more of it, for the log, in one line
   */
  RefusedException(String detail, String cause) {
    super(detail, null, false, false);
    this.cause = cause;
  }

  String forLog() {
    return cause;
  }
}
