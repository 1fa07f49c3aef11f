package io.messagelogger.api;

import io.messagelogger.message.MessageReader;
import io.messagelogger.message.Position;
import io.messagelogger.store.letters.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.BiFunction;

/** A keyset cursor as clients see it: opaque, safe in a URL, good for ever. */
public final class Cursor {
  /** Times of messages, those of the Python service among them. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private Cursor() {}

  public static String encode(Position position) {
    return encode(position.originTs() + " " + position.messageUuid());
  }

  public static String encode(DeadLetters.Position position) {
    return encode(position.lastSeen() + " " + position.id());
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** A place among messages; empty when the text is no cursor of theirs. */
  public static Optional<Position> decode(String cursor) {
    return decode(
        cursor,
        (time, rest) ->
            Optional.ofNullable(MessageReader.uuid(rest)).map(uuid -> new Position(time, uuid)));
  }

  /** A place among dead letters; empty when the text is no cursor of theirs. */
  public static Optional<DeadLetters.Position> decodeLetter(String cursor) {
    return decode(
        cursor,
        (time, rest) ->
            rest.matches("\\d{1,18}")
                ? Optional.of(new DeadLetters.Position(time, Long.parseLong(rest)))
                : Optional.empty());
  }

  private static <P> Optional<P> decode(
      String cursor, BiFunction<Instant, String, Optional<P>> position) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.ISO_8859_1);
      int space = text.indexOf(' ');
      if (space < 0) {
        return Optional.empty();
      }
      Instant time = Instant.parse(text.substring(0, space));
      return time.isBefore(EARLIEST) || time.isAfter(LATEST)
          ? Optional.empty()
          : position.apply(time, text.substring(space + 1));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
