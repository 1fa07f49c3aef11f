package io.messagelogger.live;

import io.messagelogger.message.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the clients, verbatim: a text frame, or a binary one when the bytes are
 * not UTF-8, which a text frame has to be. Shared by all clients; immutable.
 */
record Frame(byte[] payload, @Nullable String text) {
  static Frame of(byte[] payload) {
    return new Frame(payload, Utf8.decode(payload).orElse(null));
  }

  int size() {
    return payload.length;
  }
}
