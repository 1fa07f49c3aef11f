package io.messagelogger.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The media types that a client takes (RFC 9110, 12.5.1). Immutable.
 *
 * @param ranges in the order that they were given
 */
public record Accept(List<Range> ranges) {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  /** Possessive, so that no length of a header is too much for the stack. */
  private static final Pattern RANGE =
      Pattern.compile(
          "\\s*+(%1$s+)/(%1$s+)\\s*+((?:;\\s*+(?:%1$s+=(?:%1$s+|\"[^\"]*+\"))?+\\s*+)*+)"
              .formatted(TOKEN));

  private static final Pattern ANYTHING = Pattern.compile("\\s*+\\*\\s*+(?:;|$)");
  private static final Pattern QUALITY = Pattern.compile("(?i);\\s*q=([^;\\s]*)");

  /** Older Java clients leave the zero out. */
  private static final Pattern NUMBER =
      Pattern.compile("0(\\.\\d{0,3})?|\\.\\d{1,3}|1(\\.0{0,3})?");

  /** Makes the list its own. */
  public Accept {
    ranges = List.copyOf(ranges);
  }

  /** One of them. */
  record Range(String type, String subtype, double quality) {
    boolean takes(String mediaType) {
      int slash = mediaType.indexOf('/');
      return (type.equals("*") || type.equals(mediaType.substring(0, slash)))
          && (subtype.equals("*") || subtype.equals(mediaType.substring(slash + 1)));
    }

    int precision() {
      return (type.equals("*") ? 0 : 2) + (subtype.equals("*") ? 0 : 1);
    }
  }

  /** What a header says; empty when it is malformed. */
  public static Optional<Accept> parse(String header) {
    List<Range> ranges = new ArrayList<>();
    for (String part : HeaderList.parts(header)) {
      if (part.isBlank()) {
        continue;
      }
      if (ANYTHING.matcher(part).lookingAt()) {
        part = part.replaceFirst("\\*", "*/*"); // as older Java clients say it
      }
      Matcher matcher = RANGE.matcher(part);
      if (!matcher.matches() || (matcher.group(1).equals("*") && !matcher.group(2).equals("*"))) {
        return Optional.empty();
      }
      Matcher quality = QUALITY.matcher(matcher.group(3));
      double weight = 1;
      if (quality.find()) {
        if (!NUMBER.matcher(quality.group(1)).matches()) {
          return Optional.empty();
        }
        weight = Double.parseDouble(quality.group(1));
      }
      ranges.add(
          new Range(
              matcher.group(1).toLowerCase(Locale.ROOT),
              matcher.group(2).toLowerCase(Locale.ROOT),
              weight));
    }
    return Optional.of(new Accept(ranges));
  }

  /** The one of these media types that the client likes best; of equals the first. */
  public Optional<String> best(List<String> offered) {
    if (ranges.isEmpty()) {
      return offered.stream().findFirst();
    }
    return offered.stream()
        .filter(type -> quality(type) > 0)
        .max(
            Comparator.comparingDouble(this::quality)
                .thenComparing(offered::indexOf, Comparator.reverseOrder()));
  }

  private double quality(String mediaType) {
    return ranges.stream()
        .filter(range -> range.takes(mediaType))
        .max(Comparator.comparingInt(Range::precision))
        .map(Range::quality)
        .orElse(0.0);
  }
}
