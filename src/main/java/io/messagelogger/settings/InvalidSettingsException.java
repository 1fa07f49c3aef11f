package io.messagelogger.settings;

import java.util.List;

/**
 * Settings with which the service does not start. The message is one line that names each of them.
 */
public final class InvalidSettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String complaint;

  /** What is wrong, one complaint a setting. */
  public InvalidSettingsException(List<String> complaints) {
    super("Message Logger does not start: " + String.join("; ", complaints), null, false, false);
    this.complaint = String.join("; ", complaints);
  }

  /** What is wrong, where it does not keep anything from starting. */
  public String complaint() {
    return complaint;
  }
}
