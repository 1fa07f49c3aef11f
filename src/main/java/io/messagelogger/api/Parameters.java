package io.messagelogger.api;

import io.messagelogger.message.MessageReader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What query parameters have in common. */
public final class Parameters {
  private Parameters() {}

  /**
   * A parameter as a whole number from 1 on.
   *
   * @throws ProblemException 400 when it is none, or more than the most
   */
  public static int number(String name, String text, int most) {
    if (text.matches("\\d{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    }
    throw ProblemException.badRequest(
        "%s: \"%s\" is not a whole number from 1 to %d".formatted(name, text, most));
  }

  /**
   * A parameter as a time; null when it is not there.
   *
   * @throws ProblemException 400 when it is none
   */
  public static @Nullable Instant time(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    Instant time = MessageReader.time(text);
    if (time == null) {
      throw ProblemException.badRequest(
          "%s: \"%s\" is not a date and time with an offset (RFC 3339, as in 2025-05-27T10:30:00Z; a + in a URL is %%2B)"
              .formatted(name, text));
    }
    return time;
  }
}
