package io.messagelogger.store.finding;

import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.Name;
import io.messagelogger.filter.Part;
import io.messagelogger.filter.Word;
import io.messagelogger.message.JsonNode;
import io.messagelogger.store.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A criterion as a condition in SQL on one message: on its key {@code k} and its recipients, which
 * are plain tables, or on its row {@code m}. Stateless. Means what {@link Criterion#holds} means.
 */
final class Check {
  private Check() {}

  /** The condition on the key; empty when the key does not tell. */
  static Optional<Query> ofKey(Criterion criterion) {
    if (criterion instanceof Criterion.Named named) {
      boolean prefix = named.names().stream().anyMatch(Name::prefix);
      return switch (named.field()) {
        case SOURCE -> Optional.of(names(named, column("k.source_subject_id", named.names())));
        case TOPIC -> Optional.of(names(named, column("k.topic", named.names())));
        case TYPE -> Optional.of(names(named, column("k.message_type", named.names())));
        // Recipients have an index by name, not by message.
        case DESTINATION ->
            prefix ? Optional.empty() : Optional.of(names(named, recipient(named.names())));
        case SUBJECT ->
            prefix
                ? Optional.empty()
                : Optional.of(
                    names(
                        named,
                        new Query()
                            .add("(")
                            .add(column("k.source_subject_id", named.names()))
                            .add(" OR ")
                            .add(recipient(named.names()))
                            .add(")")));
      };
    }
    if (criterion instanceof Criterion.AnyOf any) {
      return anyOf(any, Check::ofKey);
    }
    return Optional.empty();
  }

  /** Alternatives; empty when one of the conditions is. */
  private static Optional<Query> anyOf(
      Criterion.AnyOf any, Function<Criterion, Optional<Query>> condition) {
    Query query = new Query().add("(false");
    for (List<Criterion> all : any.alternatives()) {
      query.add(" OR (true");
      for (Criterion criterion : all) {
        Optional<Query> one = condition.apply(criterion);
        if (one.isEmpty()) {
          return Optional.empty();
        }
        query.add(" AND ").add(one.get());
      }
      query.add(")");
    }
    return Optional.of(query.add(")"));
  }

  /** The condition on the row. */
  static Query ofRow(Criterion criterion) {
    if (criterion instanceof Criterion.Named named) {
      return names(named, rowNames(named.field(), named.names()));
    }
    if (criterion instanceof Criterion.Since since) {
      return new Query().add("coalesce(m.origin_ts, 'epoch') >= ?", since.time());
    }
    if (criterion instanceof Criterion.Until until) {
      return new Query().add("coalesce(m.origin_ts, 'epoch') < ?", until.time());
    }
    if (criterion instanceof Criterion.Containing containing) {
      return new Query()
          .add("(" + column(containing.part()) + " @> ?::jsonb) IS TRUE", containing.json());
    }
    if (criterion instanceof Criterion.At at) {
      return new Query()
          .add(
              "(" + column(at.part()) + " #> ? = ANY (?::jsonb[])) IS TRUE",
              new Query.Texts(at.path()),
              new Query.Texts(at.nodes().stream().map(JsonNode::printed).toList()));
    }
    if (criterion instanceof Criterion.Words words) {
      Query query = new Query().add("(true");
      words.words().forEach(word -> query.add(" AND ").add(word(word)));
      return query.add(")");
    }
    if (criterion instanceof Criterion.Acknowledged ack) {
      return new Query().add("m.ack_ts IS " + (ack.acknowledged() ? "NOT NULL" : "NULL"));
    }
    if (criterion instanceof Criterion.AnyOf any) {
      return anyOf(any, one -> Optional.of(ofRow(one))).orElseThrow();
    }
    Criterion.AckTime time = (Criterion.AckTime) criterion;
    Query query = new Query().add("(m.ack_ts IS NOT NULL AND m.origin_ts IS NOT NULL");
    // Added rather than subtracted: the difference of infinite times is an error.
    bound(query, ">=", time.least());
    bound(query, "<=", time.most());
    return query.add(")");
  }

  private static void bound(Query query, String comparison, @Nullable Duration bound) {
    if (bound != null) {
      query.add(
          " AND m.ack_ts " + comparison + " m.origin_ts + ? * interval '1 millisecond'",
          bound.toMillis());
    }
  }

  private static Query names(Criterion.Named named, Query there) {
    return new Query().add("(").add(there).add(named.negated() ? ") IS NOT TRUE" : ") IS TRUE");
  }

  /** Whether a column has one of the names. */
  private static Query column(String column, List<Name> names) {
    Query query =
        new Query()
            .add(
                "(" + column + " = ANY (?)",
                new Query.Texts(names.stream().filter(n -> !n.prefix()).map(Name::text).toList()));
    for (Name name : names) {
      if (name.prefix()) {
        query.add(" OR starts_with(" + column + ", ?)", name.text());
      }
    }
    return query.add(")");
  }

  private static Query recipient(List<Name> names) {
    return new Query()
        .add(
            """
            EXISTS (SELECT FROM message_destination AS d
                     WHERE d.subject_id = ANY (?) AND d.origin_ts = k.origin_ts AND d.message_uuid = k.message_uuid)
            """,
            new Query.Texts(names.stream().map(Name::text).toList()));
  }

  private static Query rowNames(Field field, List<Name> names) {
    return switch (field) {
      case SOURCE -> column("m.source_subject_id", names);
      case TOPIC -> column("m.topic", names);
      case TYPE -> column("m.message_type", names);
      case DESTINATION ->
          new Query()
              .add("EXISTS (SELECT FROM unnest(m.destination_subject_ids) AS d (id) WHERE ")
              .add(column("d.id", names))
              .add(")");
      case SUBJECT ->
          new Query()
              .add("(")
              .add(rowNames(Field.SOURCE, names))
              .add(" IS TRUE OR ")
              .add(rowNames(Field.DESTINATION, names))
              .add(")");
    };
  }

  private static String column(Part part) {
    return part == Part.DATA ? "m.message_data" : "m.message_metadata";
  }

  private static Query word(Word word) {
    if (!word.simple()) {
      return new Query()
          .add(
              """
              ((m.message_data::text COLLATE "C" ~ ?) IS TRUE OR (m.message_metadata::text COLLATE "C" ~ ?) IS TRUE)
              """,
              word.regex(),
              word.regex());
    }
    String folded = word.folded();
    return new Query()
        .add(
            """
            (coalesce(strpos(lower(m.message_data::text COLLATE "C"), ?), 0) > 0
             OR coalesce(strpos(lower(m.message_metadata::text COLLATE "C"), ?), 0) > 0)
            """,
            folded,
            folded);
  }

  /** The conditions that a list leaves open: those on the key, and those on the row. */
  record Open(List<Query> onKey, List<Query> onRow) {
    static Open of(Filter filter, Set<Criterion> listed) {
      List<Query> onKey = new ArrayList<>();
      List<Query> onRow = new ArrayList<>();
      for (Criterion criterion : filter.criteria()) {
        if (listed.contains(criterion)
            || criterion instanceof Criterion.Since
            || criterion instanceof Criterion.Until) {
          continue;
        }
        ofKey(criterion).ifPresentOrElse(onKey::add, () -> onRow.add(ofRow(criterion)));
      }
      return new Open(onKey, onRow);
    }
  }
}
