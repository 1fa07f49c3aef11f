package io.messagelogger.filter;

import io.messagelogger.message.Printable;

/**
 * What is wrong with one parameter. Immutable.
 *
 * @param parameter its name
 * @param value what it was given; shortened where it is long
 * @param detail what is wrong and what is right, for a person
 */
public record Fault(String parameter, String value, String detail) {
  private static final int SHOWN = 100;

  /** The text in one line and not too long, whatever is in it. */
  static String shown(String text) {
    return Printable.line(text, SHOWN);
  }
}
