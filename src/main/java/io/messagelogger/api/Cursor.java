package io.messagelogger.api;

import io.messagelogger.message.MessageReader;
import io.messagelogger.store.MessageFinder.Position;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** A keyset cursor as clients see it: opaque, safe in a URL, good for ever. */
final class Cursor {
  private Cursor() {}

  static String encode(Position position) {
    String text = position.originTs() + " " + position.messageUuid();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The position; empty when the text is no cursor of this service. */
  static Optional<Position> decode(String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.ISO_8859_1);
      int space = text.indexOf(' ');
      UUID uuid = space < 0 ? null : MessageReader.uuid(text.substring(space + 1));
      return uuid == null
          ? Optional.empty()
          : Optional.of(new Position(Instant.parse(text.substring(0, space)), uuid));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
