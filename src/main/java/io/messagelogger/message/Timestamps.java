package io.messagelogger.message;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Points in time as text: RFC 3339, and the ISO 8601 spellings that PostgreSQL's timestamptz takes
 * beside it, always with an offset. Kept to the microsecond, rounded to the nearest as PostgreSQL
 * does.
 */
final class Timestamps {
  private static final Pattern TEXT =
      Pattern.compile(
          "(\\d{4})(?:-(\\d{2})-(\\d{2})|(\\d{2})(\\d{2}))(?:[Tt]| +)"
              + "(\\d{2})(?::(\\d{2})(?::(\\d{2})(?:\\.(\\d*))?)?|(\\d{2})(?:(\\d{2})(?:\\.(\\d+))?)?)"
              + " *(?:[Zz]|[Uu][Tt][Cc]|[Gg][Mm][Tt]|([+-])(\\d{2})(?:(\\d{2})|:(\\d{2})(?::(\\d{2}))?)?)");

  /** Where the usual spelling has come to the end of its seconds. */
  private static final int SECONDS = "2025-05-27T10:30:00".length();

  private Timestamps() {}

  /** The point in time; empty when the text is none, or has no offset. */
  static Optional<Instant> parse(String text) {
    Instant usual = usual(text);
    return usual != null ? Optional.of(usual) : parseAny(text);
  }

  /**
   * The spellings of nearly all producers, {@code 2025-05-27T10:30:00.123456} with up to six
   * fractional digits or none and {@code Z} or {@code +02:00} behind, at a tenth of the cost of the
   * general way; null for all others.
   */
  private static @Nullable Instant usual(String text) {
    int end = text.length() - 1;
    int offset = 0;
    if (end >= SECONDS && text.charAt(end) != 'Z') {
      end -= 5;
      offset = end < SECONDS ? -1 : offset(text, end);
      if (offset < 0) {
        return null;
      }
      offset = text.charAt(end) == '-' ? -offset : offset;
    }
    if (end < SECONDS
        || end == SECONDS + 1
        || end > SECONDS + 7
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':'
        || (end > SECONDS && text.charAt(SECONDS) != '.')) {
      return null;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, SECONDS);
    int nanos = end == SECONDS ? 0 : digits(text, SECONDS + 1, end);
    if ((year | month | day | hour | minute | second | nanos) < 0
        || month < 1
        || month > 12
        || day < 1
        || (day > 28 && day > LocalDate.of(year, month, 1).lengthOfMonth())
        || hour > 23
        || minute > 59
        || second > 59) {
      return null;
    }
    for (int i = end; i < SECONDS + 10; i++) {
      nanos *= 10;
    }
    return Instant.ofEpochSecond(
        LocalDate.of(year, month, day).toEpochDay() * 86_400L
            + hour * 3600L
            + minute * 60L
            + second
            - offset,
        end == SECONDS ? 0 : nanos);
  }

  /** Seconds of an offset {@code +02:00}, its sign left out; negative when it is none. */
  private static int offset(String text, int start) {
    int hours = digits(text, start + 1, start + 3);
    int minutes = digits(text, start + 4, start + 6);
    return (text.charAt(start) == '+' || text.charAt(start) == '-')
            && text.charAt(start + 3) == ':'
            && hours >= 0
            && hours <= 23
            && minutes >= 0
            && minutes <= 59
        ? hours * 3600 + minutes * 60
        : -1;
  }

  /** A number of ASCII digits only; negative when there is anything else. */
  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static Optional<Instant> parseAny(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int hour = number(matcher, 6, 6);
    int minute = number(matcher, 7, 10);
    int second = number(matcher, 8, 11);
    int offset =
        number(matcher, 14, 14) * 3600 + number(matcher, 15, 16) * 60 + number(matcher, 17, 17);
    long micros = micros(matcher);
    boolean midnightAsTwentyFour = hour == 24 && minute == 0 && second == 0 && micros == 0;
    // A 60th second is a leap second (RFC 3339, 5.7), which PostgreSQL counts as the next minute's
    // first.
    if ((hour > 23 && !midnightAsTwentyFour)
        || minute > 59
        || second > 60
        || number(matcher, 14, 14) > 23
        || number(matcher, 15, 16) > 59
        || number(matcher, 17, 17) > 59) {
      return Optional.empty();
    }
    try {
      LocalDate date =
          LocalDate.of(number(matcher, 1, 1), number(matcher, 2, 4), number(matcher, 3, 5));
      Instant midnight = date.atStartOfDay(ZoneOffset.UTC).toInstant();
      Instant instant =
          midnight
              .plusSeconds(hour * 3600L + minute * 60L + second)
              .plusNanos(micros * 1000)
              .minusSeconds("-".equals(matcher.group(13)) ? -offset : offset);
      return Optional.of(instant);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whether the service keeps messages of this time: from 1970 to a day ahead of now. */
  static boolean keeps(Instant originTs, Instant now) {
    return !originTs.isBefore(Instant.EPOCH) && !originTs.isAfter(now.plus(Duration.ofDays(1)));
  }

  private static long micros(Matcher matcher) {
    String fraction = matcher.group(9) != null ? matcher.group(9) : matcher.group(12);
    if (fraction == null) {
      return 0;
    }
    return (long) Math.rint(Double.parseDouble("0." + fraction) * 1_000_000);
  }

  private static int number(Matcher matcher, int group, int alternative) {
    String digits =
        matcher.group(group) != null ? matcher.group(group) : matcher.group(alternative);
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
