package io.messagelogger.message;

/**
 * A text that is no message. Carries what is wrong in plain words and where, as a JSON Pointer (RFC
 * 6901). Has no stack trace: it is an answer, not an accident.
 */
public final class RejectedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final String pointer;
  private final boolean tooLarge;

  RejectedMessageException(String pointer, String reason) {
    this(pointer, reason, false);
  }

  private RejectedMessageException(String pointer, String reason, boolean tooLarge) {
    super(reason, null, false, false);
    this.reason = reason;
    this.pointer = pointer;
    this.tooLarge = tooLarge;
  }

  static RejectedMessageException tooLarge(long bytes, int limit) {
    return new RejectedMessageException(
        "",
        "the message has %d bytes, more than the limit of %d (MAX_MESSAGE_BYTES)"
            .formatted(bytes, limit),
        true);
  }

  RejectedMessageException within(String parent) {
    return new RejectedMessageException(parent + pointer, reason, tooLarge);
  }

  /** Where in the text, as a JSON Pointer; empty for the text as a whole. */
  public String pointer() {
    return pointer;
  }

  /** Which member of the message is wrong, as a JSON Pointer; empty for the message as a whole. */
  public String member() {
    int end = pointer.indexOf('/', 1);
    return end < 0 ? pointer : pointer.substring(0, end);
  }

  /** Whether only the size is wrong. */
  public boolean tooLarge() {
    return tooLarge;
  }

  /** The reason with the place in front of it, for a person. */
  public String explanation() {
    return pointer.isEmpty() ? reason : pointer + ": " + reason;
  }
}
