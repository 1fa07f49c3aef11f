package io.messagelogger.filter;

import java.util.Locale;

/** A part of a message that is a JSON value, each a parameter of the same name. */
public enum Part {
  /** The payload. */
  DATA,
  /** What goes with it. */
  METADATA;

  /** The name of the parameter. */
  public String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
