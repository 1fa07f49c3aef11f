package io.messagelogger.api;

import io.messagelogger.message.MessageReader;
import io.messagelogger.message.Position;
import io.messagelogger.store.letters.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A keyset cursor as clients see it: opaque, safe in a URL, good for ever. One among messages
 * belongs to the question that it came from.
 */
public final class Cursor {
  /** Times of messages, those of the Python service among them. */
  private static final Instant EARLIEST =
      Instant.parse("0000-12-31T23:59:59Z"); // where lists start

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");
  private static final String VERSION = "2";
  private static final int CHECK_BYTES = 8;

  private Cursor() {}

  /**
   * A place in the answer to a question.
   *
   * @param position a message there
   * @param back whether what is before it is wanted, and not what is after it
   * @param asked when the question was asked first, which its durations go back from
   */
  public record Place(Position position, boolean back, Instant asked) {}

  /**
   * Encodes a place.
   *
   * @param question what was asked, in words that are the same for every page
   */
  public static String encode(Place place, String question) {
    String text =
        "%s %s %s %s"
            .formatted(
                place.back() ? "b" : "n",
                place.asked(),
                place.position().originTs(),
                place.position().messageUuid());
    return encode(VERSION + " " + check(question, text) + " " + text);
  }

  /** The same of a place among dead letters. */
  public static String encode(DeadLetters.Position position) {
    return encode(position.lastSeen() + " " + position.id());
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Tells a cursor that was changed, or belongs to another question. Guards against mistakes. */
  private static String check(String question, String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((question + "\n" + text).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, CHECK_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** A place among messages; empty when the text is not a cursor of this question. */
  public static Optional<Place> decode(String cursor, String question) {
    String text = text(cursor).orElse("");
    String[] parts = text.split(" ", -1);
    if (parts.length != 6
        || !parts[0].equals(VERSION)
        || !parts[1].equals(check(question, text.substring(text.indexOf(' ', 2) + 1)))) {
      return Optional.empty();
    }
    return position(parts[4] + " " + parts[5], Cursor::position)
        .flatMap(
            position ->
                time(parts[3]).map(asked -> new Place(position, parts[2].equals("b"), asked)));
  }

  private static Optional<Position> position(Instant time, String rest) {
    return Optional.ofNullable(MessageReader.uuid(rest)).map(uuid -> new Position(time, uuid));
  }

  /** A place among dead letters; empty when the text is no cursor of theirs. */
  public static Optional<DeadLetters.Position> decodeLetter(String cursor) {
    return position(
        text(cursor).orElse(""),
        (time, rest) ->
            rest.matches("\\d{1,18}")
                ? Optional.of(new DeadLetters.Position(time, Long.parseLong(rest)))
                : Optional.empty());
  }

  private static Optional<String> text(String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.ISO_8859_1);
      // The decoder takes other spellings of the same bytes, too.
      return encode(text).equals(cursor) ? Optional.of(text) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static <P> Optional<P> position(
      String text, BiFunction<Instant, String, Optional<P>> position) {
    int space = text.indexOf(' ');
    return space < 0
        ? Optional.empty()
        : time(text.substring(0, space))
            .flatMap(time -> position.apply(time, text.substring(space + 1)));
  }

  private static Optional<Instant> time(String text) {
    try {
      Instant time = Instant.parse(text);
      return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? Optional.empty() : Optional.of(time);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
