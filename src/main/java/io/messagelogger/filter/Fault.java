package io.messagelogger.filter;

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
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(SHOWN)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                shown.append("\\u%04x".formatted(c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > SHOWN
        ? shown.append('…').toString()
        : shown.toString();
  }
}
