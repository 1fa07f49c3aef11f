package io.messagelogger.api.access;

/** Text of others in one line of a log or header. */
final class Printable {
  private static final int MOST = 200;

  private Printable() {}

  /** The text with what would end or disguise a line as escapes, cut to 200 characters. */
  static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(MOST)
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (Character.isISOControl(c)
                  || type == Character.FORMAT
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR
                  || type == Character.SURROGATE) {
                line.append("\\u%04x".formatted(c));
              } else {
                line.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > MOST ? line + "…" : line.toString();
  }
}
