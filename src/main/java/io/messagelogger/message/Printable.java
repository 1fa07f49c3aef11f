package io.messagelogger.message;

/** Text of others in one line of a log, a header or an answer. Stateless. */
public final class Printable {
  private static final int MOST = 200;

  private Printable() {}

  /** The text with what would end or disguise a line as escapes, cut to 200 characters. */
  public static String line(String text) {
    return line(text, MOST);
  }

  /**
   * The same, cut elsewhere.
   *
   * @param most characters that are kept
   */
  public static String line(String text, int most) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(most)
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
    return text.codePointCount(0, text.length()) > most ? line + "…" : line.toString();
  }
}
