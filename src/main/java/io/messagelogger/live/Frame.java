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
  static Frame of(byte[] payload) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(payload))
              .toString();
      return new Frame(payload, text);
    } catch (CharacterCodingException e) {
      return new Frame(payload, null);
    }
  }

  int size() {
    return payload.length;
  }
}
