package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import io.messagelogger.store.rollup.Fact;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The names that messages have, for completion. Thread-safe. */
@ApplicationScoped
public class Terms {
  /** Names that are looked at at most; each is one step in an index. */
  private static final int STEPS = 5_000;

  private static final String SKIP =
      """
      WITH RECURSIVE names AS (
        (SELECT %1$s AS name FROM %2$s WHERE %1$s >= ? ORDER BY %1$s LIMIT 1)
        UNION ALL
        SELECT (SELECT %1$s FROM %2$s WHERE %1$s > names.name ORDER BY %1$s LIMIT 1)
          FROM names WHERE names.name IS NOT NULL
      )
      SELECT name FROM (SELECT name FROM names LIMIT ?) AS looked_at
       WHERE name IS NOT NULL AND starts_with(name, ?) LIMIT ?
      """;

  private final Database database;
  private final Facts facts;

  /** Reads from this database. */
  @Inject
  public Terms(Database database, Facts facts) {
    this.database = database;
    this.facts = facts;
  }

  /**
   * Names that start with a text, in order.
   *
   * @param scope names are those of messages that the reader may see
   */
  public List<String> starting(Field field, String prefix, Scope scope, int limit) {
    if (!scope.all()) {
      return facts.read(Filter.ALL, scope).facts().stream()
          .flatMap(fact -> names(field, fact))
          .filter(name -> name.startsWith(prefix))
          .distinct()
          .sorted()
          .limit(limit)
          .toList();
    }
    TreeSet<String> names = new TreeSet<>();
    switch (field) {
      case SUBJECT -> {
        names.addAll(starting("source_subject_id", "message_key", prefix, limit));
        names.addAll(starting("subject_id", "message_destination", prefix, limit));
      }
      case SOURCE -> names.addAll(starting("source_subject_id", "message_key", prefix, limit));
      case DESTINATION ->
          names.addAll(starting("subject_id", "message_destination", prefix, limit));
      case TOPIC -> names.addAll(starting("topic", "message_key", prefix, limit));
      case TYPE -> names.addAll(starting("message_type", "message_key", prefix, limit));
    }
    return names.stream().limit(limit).toList();
  }

  private static Stream<String> names(Field field, Fact fact) {
    return switch (field) {
      case SUBJECT -> Stream.concat(Stream.ofNullable(fact.source()), fact.destinations().stream());
      case SOURCE -> Stream.ofNullable(fact.source());
      case DESTINATION -> fact.destinations().stream();
      case TOPIC -> Stream.ofNullable(fact.topic());
      case TYPE -> Stream.ofNullable(fact.type());
    };
  }

  private List<String> starting(String column, String table, String prefix, int limit) {
    return database.read(
        connection -> {
          List<String> names = new ArrayList<>();
          try (PreparedStatement statement =
                  new Query()
                      .add(SKIP.formatted(column, table), prefix, STEPS, prefix, limit)
                      .prepare(connection);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              names.add(rows.getString(1));
            }
          }
          return names;
        });
  }
}
