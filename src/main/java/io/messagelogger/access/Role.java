package io.messagelogger.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What someone may do. No role contains another. */
public enum Role {
  /** Reads messages: by id, lists, counts, exports, the live feed. */
  READER,
  /** Sends messages. */
  WRITER,
  /** Looks after dead letters and erases messages. Needs to be allowed to see every message. */
  OPERATOR;

  /** The role's name in tokens and files. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of this name; empty when there is none. */
  public static Optional<Role> of(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }
}
