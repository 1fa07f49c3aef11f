package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.JsonNode;
import io.messagelogger.store.Citus;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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

  /** Recursion is of one shard; what a node has found is one answer, in the form of JSON. */
  private static final String OF_SHARD = SKIP.replace("%2$s", "%%1$s");

  private static final String OF_SHARDS =
      "SELECT coalesce(json_agg(name), '[]') FROM (SELECT DISTINCT name FROM (";

  private static final String IN_ORDER = ") AS shards ORDER BY name LIMIT %d) AS names";

  private static final String TOGETHER =
      "SELECT DISTINCT name FROM unnest(?) AS name ORDER BY name LIMIT ?";

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
    if (database.layout() == Layout.DISTRIBUTED) {
      return database.browse(connection -> ofShards(connection, column, table, prefix, limit));
    }
    Query query = new Query().add(SKIP.formatted(column, table), prefix, STEPS, prefix, limit);
    return database.browse(connection -> names(connection, query));
  }

  private static List<String> names(Connection connection, Query query) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static List<String> ofShards(
      Connection connection, String column, String table, String prefix, int limit)
      throws SQLException {
    String text = literal(prefix).replace("%", "%%");
    String[] parts = OF_SHARD.formatted(column).split("\\?", -1);
    String command =
        parts[0] + text + parts[1] + STEPS + parts[2] + text + parts[3] + limit + parts[4];
    List<String> names = new ArrayList<>();
    for (String answer :
        Citus.onShards(connection, table, OF_SHARDS, command, IN_ORDER.formatted(limit))) {
      if (JsonNode.of(answer) instanceof JsonNode.Elements found) {
        found.elements().forEach(name -> names.add(((JsonNode.Text) name).text()));
      }
    }
    return names(connection, new Query().add(TOGETHER, new Query.Texts(names), limit));
  }

  /** Text as a literal of a statement that is itself a value. It holds no NUL. */
  private static String literal(String text) {
    return " E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
