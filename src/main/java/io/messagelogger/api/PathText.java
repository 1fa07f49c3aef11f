package io.messagelogger.api;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The rest of a request's path as text, percent-decoded once (RFC 3986, 2.1) and otherwise as it
 * was sent: slashes, plus signs and semicolons stand for themselves. JAX-RS would cut the
 * semicolons off as matrix parameters.
 */
public final class PathText {
  private PathText() {}

  /** What follows the marker in the raw path; empty when its escapes are not UTF-8 text. */
  public static Optional<String> after(String marker, String rawPath) {
    String raw = rawPath.substring(rawPath.indexOf(marker) + marker.length());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int high = i + 3 <= raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = i + 3 <= raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        bytes.write(high * 16 + low);
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
