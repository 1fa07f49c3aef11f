package io.messagelogger.live;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the clients, verbatim: a text frame, or a binary one when the bytes are
 * not UTF-8, which a text frame has to be. Shared by all clients; immutable.
 */
record Frame(byte[] payload, @Nullable String text) {
  private static final char REPLACEMENT = '\uFFFD';

  static Frame of(byte[] payload) {
    // The fast way replaces what is not UTF-8, and so does not tell it from a replacement
    // character.
    String text = new String(payload, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return new Frame(payload, text);
    }
    try {
      String strict =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(payload))
              .toString();
      return new Frame(payload, strict);
    } catch (CharacterCodingException e) {
      return new Frame(payload, null);
    }
  }

  int size() {
    return payload.length;
  }
}
