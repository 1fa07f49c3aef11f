package io.messagelogger.filter;

import io.messagelogger.message.JsonNode;
import io.messagelogger.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One condition on a message. What each means in memory stands here; {@code store.finding} has the
 * same in SQL, and a test holds the two against each other. Immutable and thread-safe.
 */
public sealed interface Criterion {

  /** Whether it holds for a message. */
  boolean holds(Candidate candidate);

  /**
   * One of the names is there; or, negated, none of them.
   *
   * @param names nothing meets an empty list that is not negated
   */
  record Named(Field field, boolean negated, List<Name> names) implements Criterion {
    /** Makes the list its own. */
    public Named {
      names = List.copyOf(names);
    }

    @Override
    public boolean holds(Candidate candidate) {
      boolean there =
          field.names(candidate.message()).stream()
              .anyMatch(name -> names.stream().anyMatch(asked -> asked.holds(name)));
      return there != negated;
    }
  }

  /** Its time is this one or later. A message without a time is one of the epoch. */
  record Since(Instant time) implements Criterion {
    @Override
    public boolean holds(Candidate candidate) {
      return !timeOf(candidate.message()).isBefore(time);
    }
  }

  /** Its time is before this one. */
  record Until(Instant time) implements Criterion {
    @Override
    public boolean holds(Candidate candidate) {
      return timeOf(candidate.message()).isBefore(time);
    }
  }

  /**
   * The part contains a JSON value, as jsonb's {@code @>} has it.
   *
   * @param json well-formed, and such as the database can hold
   */
  record Containing(Part part, String json) implements Criterion {
    @Override
    public boolean holds(Candidate candidate) {
      return candidate
          .value(part)
          .map(value -> value.contains(JsonNode.of(json)))
          .orElse(Boolean.FALSE);
    }
  }

  /**
   * The part has, at a path, one of the values: a text, or the number, true, false or null that a
   * value spells.
   *
   * @param path keys of objects and indexes of arrays
   */
  record At(Part part, List<String> path, List<String> values) implements Criterion {
    private static final String NUMBER =
        "-?(0|[1-9]\\d{0,999})(\\.\\d{1,999})?([eE][+-]?\\d{1,3})?";

    /** Makes the lists its own. */
    public At {
      path = List.copyOf(path);
      values = List.copyOf(values);
    }

    /** The values as JSON: each as a text, and as what else it spells. */
    public List<JsonNode> nodes() {
      return values.stream()
          .flatMap(
              value ->
                  value.matches(NUMBER + "|true|false|null")
                      ? Stream.of(new JsonNode.Text(value), JsonNode.of(value))
                      : Stream.of(new JsonNode.Text(value)))
          .toList();
    }

    @Override
    public boolean holds(Candidate candidate) {
      return candidate
          .value(part)
          .flatMap(value -> value.at(path))
          .map(value -> nodes().contains(value))
          .orElse(Boolean.FALSE);
    }
  }

  /** Each of the words is somewhere in the payload or in the metadata as they are printed. */
  record Words(List<Word> words) implements Criterion {
    /** Makes the list its own. */
    public Words {
      words = List.copyOf(words);
    }

    @Override
    public boolean holds(Candidate candidate) {
      return words.stream()
          .allMatch(word -> word.in(candidate, Part.DATA) || word.in(candidate, Part.METADATA));
    }
  }

  /** It was acknowledged, or was not. */
  record Acknowledged(boolean acknowledged) implements Criterion {
    @Override
    public boolean holds(Candidate candidate) {
      return (candidate.message().ackTs() != null) == acknowledged;
    }
  }

  /**
   * The time from its creation to its acknowledgement is within bounds, both included.
   *
   * @param least null for no bound
   * @param most null for no bound
   */
  record AckTime(@Nullable Duration least, @Nullable Duration most) implements Criterion {
    @Override
    public boolean holds(Candidate candidate) {
      Message message = candidate.message();
      if (message.ackTs() == null || message.originTs() == null) {
        return false;
      }
      Duration taken = Duration.between(message.originTs(), message.ackTs());
      return (least == null || taken.compareTo(least) >= 0)
          && (most == null || taken.compareTo(most) <= 0);
    }
  }

  /**
   * All criteria of one of the lists hold. Made by the service itself; no parameter means it.
   *
   * @param alternatives nothing meets none
   */
  record AnyOf(List<List<Criterion>> alternatives) implements Criterion {
    /** Makes the lists its own. */
    public AnyOf {
      alternatives = alternatives.stream().map(List::copyOf).toList();
    }

    @Override
    public boolean holds(Candidate candidate) {
      return alternatives.stream()
          .anyMatch(all -> all.stream().allMatch(criterion -> criterion.holds(candidate)));
    }
  }

  private static Instant timeOf(Message message) {
    return message.originTs() == null ? Instant.EPOCH : message.originTs();
  }
}
