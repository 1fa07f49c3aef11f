package io.messagelogger.message;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as strictly as the database will read it: RFC 8259 and nothing beyond, strict UTF-8, no key
 * twice, and no value that jsonb refuses or would change. Thread-safe.
 */
final class Json {
  /** Levels that a value of a message may nest; the message around it is one more. */
  static final int MAX_NESTING = 500;

  /** PostgreSQL's numeric: digits before and after the decimal point. */
  private static final int MAX_INTEGER_DIGITS = 131_072;

  private static final int MAX_FRACTION_DIGITS = 16_383;

  /**
   * Digits by which all numbers of a value may grow when jsonb writes their exponents out: 27 KB of
   * exponents are 393 MB otherwise.
   */
  private static final int MAX_WRITTEN_OUT = 1_000_000;

  /** PostgreSQL refuses exponents from here on, those of zero too. */
  private static final int MAX_EXPONENT = Integer.MAX_VALUE / 2;

  /** Characters of what the parser says: it quotes names as a whole, however long they are. */
  private static final int MAX_REASON = 500;

  /** Characters up to which Jackson reads a text from a buffer, and not through a reader. */
  private static final int MAX_COPIED = 0x8000;

  private static final Pattern LEADING_ZEROS = Pattern.compile("^[+]?(-?)0*(?=\\d)");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(
                      MAX_NESTING + 2) // the message, and the array of a POST around it
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Names come from outside: interning them would let a producer fill the server's symbol
          // tables.
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .build();

  /** What is for users of Jackson only: the name of the source, and how to be less strict. */
  private static final Pattern SOURCE =
      Pattern.compile(
          "(?s)\\s*\\(start marker at .*|\\s*\\(for (?:Object|Array) starting at .*"
              + "|\\s*\\(not recognized as one since .*|\\s*\\(consider enabling .*"
              + "|:? enable `[^`]*` to allow| require enabling `[^`]*`"
              + "|,? from `StreamReadConstraints[^`]*`|\\R.*");

  private Json() {}

  /** Offsets of its locations are those of the text. */
  static JsonParser parser(String json) {
    if (json.length() <= MAX_COPIED) { // into a buffer that is used again
      return FACTORY.createParser(ObjectReadContext.empty(), json);
    }
    char[] chars = json.toCharArray();
    return FACTORY.createParser(ObjectReadContext.empty(), chars, 0, chars.length);
  }

  /** The text of these bytes; refuses what is not UTF-8 instead of replacing it. */
  static String decode(byte[] bytes) throws RejectedMessageException {
    return Utf8.decode(bytes)
        .orElseThrow(() -> new RejectedMessageException("", "the bytes are not UTF-8"));
  }

  /**
   * Reads past the value that the parser stands on, checking every part of it.
   *
   * @param escaped whether the document has a {@code \\u} escape at all; without one no character
   *     can be wrong
   */
  static void check(JsonParser parser, boolean escaped, String pointer)
      throws RejectedMessageException {
    int depth = 0;
    long writtenOut = 0;
    JsonToken token = parser.currentToken();
    while (true) {
      if (token.isStructStart()) {
        depth++;
        if (depth > MAX_NESTING) {
          throw new RejectedMessageException(
              pointer, "the value nests deeper than " + MAX_NESTING + " levels");
        }
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token.isNumeric()) {
        writtenOut += checkNumber(parser, pointer);
        if (writtenOut > MAX_WRITTEN_OUT) {
          throw new RejectedMessageException(
              pointer,
              "the numbers have more than %d digits when the database writes their exponents out"
                  .formatted(MAX_WRITTEN_OUT));
        }
      } else if (escaped && (token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME)) {
        checkText(parser.getString(), pointer);
      }
      if (depth == 0) {
        parser.finishToken();
        return;
      }
      token = parser.nextToken();
    }
  }

  /**
   * Refuses what PostgreSQL's text and jsonb cannot hold: the NUL character and half a surrogate
   * pair.
   */
  static void checkText(String text, String pointer) throws RejectedMessageException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw new RejectedMessageException(
            pointer, "the text holds the character \\u0000, which the database cannot store");
      }
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new RejectedMessageException(
              pointer, "the text holds half a surrogate pair (\\u%04x)".formatted((int) c));
        }
        i++;
      }
    }
  }

  /**
   * Refuses a number that the database cannot store.
   *
   * @return the digits that it has more when its exponent is written out, as jsonb does
   */
  private static int checkNumber(JsonParser parser, String pointer)
      throws RejectedMessageException {
    if (parser.getStringLength() < 40 && parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return 0;
    }
    String text = parser.getString();
    int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
    if (text.length() < 400 && exponent < 0) {
      return 0;
    }
    boolean fits = fits(text);
    if (!fits) {
      String shown = text.length() <= 40 ? text : text.substring(0, 40) + "…";
      throw new RejectedMessageException(
          pointer, "the number " + shown + " is beyond what the database can store");
    }
    // It fits, so that its exponent has few digits; that of a zero may have more.
    return exponent < 0
        ? 0
        : (int)
            Math.min(MAX_INTEGER_DIGITS, Math.abs(Long.parseLong(text.substring(exponent + 1))));
  }

  /** Whether PostgreSQL's numeric_in takes this JSON number. Linear in its length. */
  private static boolean fits(String text) {
    int start = text.charAt(0) == '-' ? 1 : 0;
    int end = Math.max(text.indexOf('e'), text.indexOf('E'));
    long exponent = 0;
    if (end < 0) {
      end = text.length();
    } else {
      String digits = LEADING_ZEROS.matcher(text.substring(end + 1)).replaceFirst("$1");
      if (digits.length() > 11) {
        return false;
      }
      exponent = Long.parseLong(digits);
      if (Math.abs(exponent) >= MAX_EXPONENT) {
        return false;
      }
    }
    int point = text.indexOf('.');
    int integerEnd = point < 0 ? end : point;
    int fractionDigits = point < 0 ? 0 : end - point - 1;
    if (fractionDigits - exponent > MAX_FRACTION_DIGITS) {
      return false;
    }
    int first = start;
    while (first < end && (text.charAt(first) == '0' || first == point)) {
      first++;
    }
    return first == end
        || integerEnd - first + (first > integerEnd ? 1 : 0) + exponent <= MAX_INTEGER_DIGITS;
  }

  /**
   * Refuses escapes whose digits are not ASCII: Jackson looks at the low byte of a digit only, and
   * takes the letter U+0130 for a 0.
   */
  static void checkEscapes(String json) throws RejectedMessageException {
    for (int i = json.indexOf('\\'); i >= 0; i = json.indexOf('\\', i + 2)) {
      if (json.startsWith("u", i + 1)) {
        for (int j = i + 2; j < Math.min(i + 6, json.length()); j++) {
          if (json.charAt(j) > 'f') {
            throw new RejectedMessageException(
                "", "not valid JSON: an escape has an invalid digit");
          }
        }
      }
    }
  }

  /** What the parser did not like, and where. */
  static String reason(JacksonException e) {
    String reason =
        shown(SOURCE.matcher(e.getOriginalMessage()).replaceAll("").strip(), MAX_REASON);
    TokenStreamLocation place = e.getLocation();
    return place == null
        ? "not valid JSON: " + reason
        : "not valid JSON at line %d, column %d: %s"
            .formatted(place.getLineNr(), place.getColumnNr(), reason);
  }

  /**
   * About so many characters of a text that quotes what came from outside. Those that a log, a
   * database or another JSON text could not hold are written as escapes.
   */
  static String shown(String text, int limit) {
    StringBuilder shown = new StringBuilder();
    int i = 0;
    while (i < text.length() && shown.length() < limit) {
      int c = text.codePointAt(i);
      if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
        shown.append("\\u%04x".formatted(c));
      } else {
        shown.appendCodePoint(c);
      }
      i += Character.charCount(c);
    }
    return i == text.length() ? shown.toString() : shown.append('…').toString();
  }
}
