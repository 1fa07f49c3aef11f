package io.messagelogger.message;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What makes two copies of a message the same message: its identity and its content, however either
 * was spelled (the order of keys, white space, the zeros of a number, the offset of a time). Two
 * messages of one identity and different content share a fingerprint once in 2^64.
 *
 * @param messageUuid the identity
 * @param content 64 bits of the content
 */
public record Fingerprint(UUID messageUuid, long content) {

  /** The fingerprint of a message. */
  public static Fingerprint of(Message message) {
    long hash = 17;
    hash = then(hash, text(Objects.toString(message.originTs())));
    hash = then(hash, text(Objects.toString(message.ackTs())));
    hash = then(hash, json(message.messageData()));
    hash = then(hash, text(message.sourceSubjectId()));
    hash = then(hash, message.destinationSubjectIds() == null ? 1 : 2);
    if (message.destinationSubjectIds() != null) {
      for (String destination : message.destinationSubjectIds()) {
        hash = then(hash, text(destination));
      }
    }
    hash = then(hash, text(message.topic()));
    hash = then(hash, text(message.messageType()));
    hash = then(hash, json(message.messageMetadata()));
    return new Fingerprint(message.messageUuid(), hash);
  }

  private static long json(@Nullable String json) {
    if (json == null) {
      return 3;
    }
    try (JsonParser parser = Json.parser(json)) {
      parser.nextToken();
      return value(parser);
    }
  }

  private static long value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      long sum = 5; // a sum, so that the order of keys does not matter
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        long name = text(parser.currentName());
        parser.nextToken();
        sum += mix(then(name, value(parser)));
      }
      return mix(sum);
    }
    if (token == JsonToken.START_ARRAY) {
      long hash = 7;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        hash = then(hash, value(parser));
      }
      return hash;
    }
    if (token.isNumeric()) {
      return number(parser.getString());
    }
    return token == JsonToken.VALUE_STRING ? text(parser.getString()) : token.id() * 31L;
  }

  /** Linear in the length of the number, which a BigDecimal is not. */
  private static long number(String text) {
    int end = Math.max(text.indexOf('e'), text.indexOf('E'));
    long exponent = 0;
    if (end < 0) {
      end = text.length();
    } else {
      exponent = Long.parseLong(text.substring(end + 1));
    }
    int point = text.lastIndexOf('.', end);
    StringBuilder digits = new StringBuilder(end).append(text, 0, end);
    if (point >= 0) {
      digits.deleteCharAt(point);
      exponent -= end - point - 1;
    }
    boolean negative = digits.charAt(0) == '-';
    int first = negative ? 1 : 0;
    while (first < digits.length() && digits.charAt(first) == '0') {
      first++;
    }
    if (first == digits.length()) {
      return 19;
    }
    int last = digits.length();
    while (digits.charAt(last - 1) == '0') {
      last--;
      exponent++;
    }
    long value = then(text(digits.substring(first, last)), exponent);
    return negative ? ~value : value;
  }

  private static long text(@Nullable String text) {
    if (text == null) {
      return 11;
    }
    long hash = 13;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32; // without it the hash is a polynomial, and Thue-Morse sequences collide
    }
    return mix(hash);
  }

  private static long then(long hash, long next) {
    return mix(hash * 0x9e3779b97f4a7c15L + next);
  }

  /** The finalizer of MurmurHash3, which spreads every bit over all 64. */
  private static long mix(long hash) {
    long h = hash;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
