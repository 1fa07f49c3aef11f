package io.messagelogger.api;

/** What query parameters have in common. */
final class Query {
  private Query() {}

  /**
   * A parameter as a whole number from 1 on.
   *
   * @throws ProblemException 400 when it is none, or more than the most
   */
  static int number(String name, String text, int most) {
    if (text.matches("\\d{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    }
    throw ProblemException.badRequest(
        "%s: \"%s\" is not a whole number from 1 to %d".formatted(name, text, most));
  }
}
