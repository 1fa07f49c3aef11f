package io.messagelogger.filter;

import io.messagelogger.message.Message;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which messages are meant: those for which every criterion holds. Immutable and thread-safe.
 *
 * @param criteria in the order that they were given
 */
public record Filter(List<Criterion> criteria) {
  /** Every message. */
  public static final Filter ALL = new Filter(List.of());

  /** Makes the list its own. */
  public Filter {
    criteria = List.copyOf(criteria);
  }

  /** The messages for which all of these hold. */
  public static Filter of(Criterion... criteria) {
    return new Filter(List.of(criteria));
  }

  /** All messages of a subject. */
  public static Filter subject(String subject) {
    return of(new Criterion.Named(Field.SUBJECT, false, List.of(Name.exactly(subject))));
  }

  /**
   * The filter that a query string means.
   *
   * @throws InvalidParametersException when it is wrong, or has other parameters
   */
  public static Filter parse(String query) {
    QueryParameters parameters = QueryParameters.of(query);
    Filter filter = parameters.filter(Instant.now());
    parameters.check();
    return filter;
  }

  /** Those of them for which another criterion holds too. */
  public Filter and(Criterion criterion) {
    List<Criterion> more = new ArrayList<>(criteria);
    more.add(criterion);
    return new Filter(more);
  }

  /** Whether a message is meant. */
  public boolean matches(Message message) {
    return matches(new Candidate(message));
  }

  /** Whether a message is meant that other filters are held against too. */
  public boolean matches(Candidate candidate) {
    return criteria.stream().allMatch(criterion -> criterion.holds(candidate));
  }

  /** The criteria of a kind. */
  public <C extends Criterion> List<C> all(Class<C> kind) {
    return criteria.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The latest time that messages must not be before; empty when there is none. */
  public Optional<Instant> since() {
    return all(Criterion.Since.class).stream()
        .map(Criterion.Since::time)
        .max(Comparator.naturalOrder());
  }

  /** The earliest time that messages must be before; empty when there is none. */
  public Optional<Instant> until() {
    return all(Criterion.Until.class).stream()
        .map(Criterion.Until::time)
        .min(Comparator.naturalOrder());
  }

  /**
   * The query string that means this filter, percent-encoded; empty when it means all.
   *
   * @throws IllegalArgumentException when the filter has alternatives
   */
  public String query() {
    return criteria.stream().flatMap(Filter::parameters).collect(Collectors.joining("&"));
  }

  private static Stream<String> parameters(Criterion criterion) {
    if (criterion instanceof Criterion.Named named) {
      return parameters(
          named.field().parameter(),
          named.names(),
          name -> (named.negated() ? "!" : "") + name.value());
    }
    if (criterion instanceof Criterion.Since since) {
      return parameters("since", List.of(since), s -> s.time().toString());
    }
    if (criterion instanceof Criterion.Until until) {
      return parameters("until", List.of(until), u -> u.time().toString());
    }
    if (criterion instanceof Criterion.Containing containing) {
      return parameters(
          containing.part().parameter(), List.of(containing), Criterion.Containing::json);
    }
    if (criterion instanceof Criterion.At at) {
      String name = Paths.print(at.part().parameter(), at.path());
      return parameters(name, at.values(), value -> value);
    }
    if (criterion instanceof Criterion.Words words) {
      String all = words.words().stream().map(Word::text).collect(Collectors.joining(" "));
      return parameters("q", List.of(all), text -> text);
    }
    if (criterion instanceof Criterion.Acknowledged ack) {
      return parameters("ack", List.of(ack), a -> a.acknowledged() ? "present" : "missing");
    }
    if (criterion instanceof Criterion.AnyOf) {
      throw new IllegalArgumentException("no parameter means alternatives");
    }
    Criterion.AckTime time = (Criterion.AckTime) criterion;
    return Stream.concat(
        parameters(
            "min_ack_ms",
            Stream.ofNullable(time.least()).toList(),
            least -> String.valueOf(least.toMillis())),
        parameters(
            "max_ack_ms",
            Stream.ofNullable(time.most()).toList(),
            most -> String.valueOf(most.toMillis())));
  }

  private static <T> Stream<String> parameters(
      String name, List<T> values, Function<T, String> print) {
    return values.stream().map(value -> encode(name) + "=" + encode(print.apply(value)));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
