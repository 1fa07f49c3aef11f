package io.messagelogger.api.access;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A look at a query string that touches neither the body nor the container's own parsing, which
 * fails on some of them.
 */
final class Query {
  private Query() {}

  /** The first value of a parameter; null when there is none that can be decoded. */
  static @Nullable String first(@Nullable String query, String name) {
    if (query == null) {
      return null;
    }
    for (String part : query.split("&", -1)) {
      if (part.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          return null;
        }
      }
    }
    return null;
  }
}
