package io.messagelogger.filter;

import io.messagelogger.message.MessageReader;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request. Reading one says what it must be; what is wrong is collected, and
 * {@link #check} ends the request with all of it. A parameter that nothing has read by then is
 * unknown. Used by one thread.
 */
public final class QueryParameters {
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private static final String A_TIME =
      "a date and time with an offset (RFC 3339, as in 2025-05-27T10:30:00Z; a + in a URL is %2B) or a"
          + " duration back from now (as in 15m, 36h or 7d)";

  private static final String A_DURATION = "a duration (as in 90s, 15m, 36h or 7d)";

  /** A time that is told finer than messages have theirs. */
  private static final Pattern FINER = Pattern.compile("(.*\\.\\d{6})(\\d+)(.*)");

  /** Of unknown parameters, how many are told what there is instead. */
  private static final int MOST_TOLD = 10;

  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final Set<String> known = new TreeSet<>();
  private final List<Fault> faults = new ArrayList<>();

  private QueryParameters() {}

  /**
   * Those of a query string as it came, percent-encoded. Characters that should have been encoded
   * stand for themselves.
   */
  public static QueryParameters of(@Nullable String rawQuery) {
    QueryParameters parameters = new QueryParameters();
    if (rawQuery != null) {
      for (String pair : rawQuery.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          parameters.add(name, equals < 0 ? "" : pair.substring(equals + 1));
        }
      }
    }
    return parameters;
  }

  private void add(String rawName, String rawValue) {
    String name = PercentEncoding.decode(rawName).orElse(null);
    String value = PercentEncoding.decode(rawValue).orElse(null);
    if (name == null || value == null) {
      fault(
          name == null ? rawName : name,
          rawValue,
          "not percent-encoded UTF-8 (a % in a URL is %25)");
    } else if (name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
      fault(name, value, "must not contain the character %00");
    } else {
      values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
      return;
    }
    if (name != null) {
      known.add(name); // one fault of it is enough
    }
  }

  /** Whether a part of a query string is of this parameter, however its name is written. */
  public static boolean named(String part, String name) {
    int equals = part.indexOf('=');
    String raw = equals < 0 ? part : part.substring(0, equals);
    return PercentEncoding.decode(raw).filter(name::equals).isPresent();
  }

  /** The names that are there, with their values as they were given. */
  public Map<String, List<String>> values() {
    return values;
  }

  /** Notes that a parameter is wrong. */
  public void fault(String parameter, String value, String detail) {
    faults.add(new Fault(Fault.shown(parameter), Fault.shown(value), detail));
  }

  /** What is wrong so far. */
  public List<Fault> faults() {
    return List.copyOf(faults);
  }

  /**
   * Ends reading.
   *
   * @throws InvalidParametersException when a parameter was wrong, or was never read
   */
  public void check() {
    String supported =
        known.stream()
            .filter(n -> !n.startsWith("data.") && !n.startsWith("metadata."))
            .map(n -> n.equals("data") || n.equals("metadata") ? n + "[.path]" : n)
            .collect(Collectors.joining(", "));
    int unknown = 0;
    for (Map.Entry<String, List<String>> given : values.entrySet()) {
      if (!known.contains(given.getKey())) {
        unknown++;
        fault(
            given.getKey(),
            given.getValue().get(0),
            unknown > MOST_TOLD
                ? "unknown parameter"
                : "unknown parameter; supported: " + (supported.isEmpty() ? "none" : supported));
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidParametersException(faults);
    }
  }

  /** The value of a parameter that may be there once; null when it is not there, or wrong. */
  public @Nullable String once(String name) {
    return once(name, "a value");
  }

  /**
   * The same, where it is known what it must be.
   *
   * @param takes what the parameter takes, for people
   */
  @Nullable String once(String name, String takes) {
    List<String> given = all(name, 1, takes);
    return given.isEmpty() ? null : given.get(0);
  }

  /** Text that may be there once, and may be empty; empty when it is not there, or wrong. */
  public String text(String name) {
    known.add(name);
    List<String> given = values.getOrDefault(name, List.of());
    if (given.size() > 1) {
      fault(name, given.get(1), "given more than once");
    }
    return given.size() == 1 ? given.get(0) : "";
  }

  /** The values of a parameter that may be there more often; none when one of them is empty. */
  List<String> all(String name, int most, String takes) {
    boolean first = known.add(name);
    List<String> given = values.getOrDefault(name, List.of());
    if (given.size() > most) {
      if (first) {
        fault(
            name,
            given.get(1),
            most == 1
                ? "given more than once; it takes " + takes + ", once"
                : "given more than " + most + " times");
      }
      return List.of();
    }
    if (given.contains("")) {
      if (first) {
        fault(name, "", "must not be empty; it takes " + takes);
      }
      return List.of();
    }
    return given;
  }

  /** A whole number; what is given for its absence when it is not there, or wrong. */
  public int number(String name, int least, int most, int absent) {
    String takes = "a whole number from %d to %d".formatted(least, most);
    String text = once(name, takes);
    if (text == null) {
      return absent;
    }
    if (text.matches("\\d{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    isNot(name, text, takes);
    return absent;
  }

  /** One of several words; null when it is not there, or wrong. */
  public @Nullable String choice(String name, List<String> words) {
    String takes = "one of: " + String.join(", ", words);
    String text = once(name, takes);
    if (text != null && !words.contains(text)) {
      isNot(name, text, takes);
      return null;
    }
    return text;
  }

  /** Notes that a parameter is not what it takes. */
  void isNot(String name, String text, String takes) {
    fault(name, text, "\"%s\" is not %s".formatted(Fault.shown(text), takes));
  }

  /** Whether a switch is given as 1; not when it is given as 0, or not there. */
  public boolean on(String name) {
    return "1".equals(choice(name, List.of("0", "1")));
  }

  /** A span of time, as in 90s, 15m, 36h or 7d; null when it is not there, or wrong. */
  public @Nullable Duration duration(String name) {
    String text = once(name, A_DURATION);
    if (text == null) {
      return null;
    }
    Duration duration = span(text);
    if (duration == null) {
      isNot(name, text, A_DURATION);
    }
    return duration;
  }

  private static @Nullable Duration span(String text) {
    if (!text.matches("\\d{1,7}[smhd]")) {
      return null;
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      case 'h' -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** A time, or how long before now it is; null when it is not there, or wrong. */
  public @Nullable Instant time(String name, Instant now) {
    String text = once(name, A_TIME);
    if (text == null) {
      return null;
    }
    Duration back = span(text);
    Instant time = back == null ? notBefore(text) : now.minus(back);
    if (time == null) {
      isNot(name, text, A_TIME);
    } else if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      fault(name, text, "\"%s\" is not between the years 1 and 9999".formatted(Fault.shown(text)));
      return null;
    }
    return time;
  }

  /**
   * The first time of messages that is not before a time. Messages have microseconds; to round
   * would put some on the other side of a bound.
   */
  private static @Nullable Instant notBefore(String text) {
    Matcher finer = FINER.matcher(text);
    if (!finer.matches()) {
      return MessageReader.time(text);
    }
    Instant time = MessageReader.time(finer.group(1) + finer.group(3));
    boolean more = finer.group(2).chars().anyMatch(digit -> digit != '0');
    return time == null || !more ? time : time.plus(1, ChronoUnit.MICROS);
  }

  /**
   * The filter. What is wrong in it is noted, and left out.
   *
   * @param now what durations go back from
   */
  public Filter filter(Instant now) {
    return new FilterParser(this).filter(now);
  }
}
