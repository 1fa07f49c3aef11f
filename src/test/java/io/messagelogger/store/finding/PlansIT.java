package io.messagelogger.store.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.OneConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Reads the plan of every statement that a question over REST leads to: none may scan a table of
 * messages. On 40,000 of them, with some values that many have and some that hardly any has.
 */
class PlansIT {
  private static final List<String> PLANS = new ArrayList<>();
  private static FreshDatabase fresh;
  private static OneConnection connection;
  private static MessageFinder finder;

  @BeforeAll
  static void fill() throws SQLException {
    fresh = new FreshDatabase();
    Database started = fresh.started();
    fresh.execute(
        """
        INSERT INTO message_exchange (message_uuid, origin_ts, source_subject_id, destination_subject_ids, topic, message_type)
        SELECT lpad(to_hex(i), 32, '0')::uuid, timestamptz '2026-01-01Z' + i * interval '10 s', 's' || (i % 5),
               ARRAY['hot', 'd' || (i % 1000)], 't' || (i % 2), CASE WHEN i = 7 THEN 'rare' ELSE 'y' END
          FROM generate_series(1, 40000) AS i;
        INSERT INTO message_key SELECT message_uuid, origin_ts, source_subject_id, topic, message_type FROM message_exchange;
        INSERT INTO message_destination
        SELECT unnest(destination_subject_ids), origin_ts, message_uuid FROM message_exchange;
        """);
    fresh.execute("VACUUM ANALYZE");
    connection = new OneConnection(fresh.source());
    Database database = new Database(new Connections(explaining(connection.source())));
    database.schemaIs(started.layout(), false, Optional.empty());
    PLANS.clear();
    finder = new MessageFinder(database);
  }

  @AfterAll
  static void drop() throws SQLException {
    connection.close();
    fresh.close();
  }

  private static DataSource explaining(DataSource source) {
    return (DataSource)
        Proxy.newProxyInstance(
            PlansIT.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              Object result = invoke(source, method, arguments);
              return result instanceof Connection connection ? explaining(connection) : result;
            });
  }

  private static Connection explaining(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            PlansIT.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              Object result = invoke(connection, method, arguments);
              return result instanceof PreparedStatement statement
                      && arguments[0] instanceof String sql
                  ? explaining(connection, statement, sql)
                  : result;
            });
  }

  /** Asks for the plan of a statement, with its values, before it is executed. */
  private static PreparedStatement explaining(
      Connection connection, PreparedStatement statement, String sql) {
    List<Value> values = new ArrayList<>();
    return (PreparedStatement)
        Proxy.newProxyInstance(
            PlansIT.class.getClassLoader(),
            new Class<?>[] {PreparedStatement.class},
            (proxy, method, arguments) -> {
              if (method.getName().startsWith("set")) {
                values.add(new Value(method, arguments));
              } else if (method.getName().equals("executeQuery") && sql.contains("message_")) {
                explain(connection, sql, values);
              }
              return invoke(statement, method, arguments);
            });
  }

  private record Value(Method setter, Object[] arguments) {}

  private static void explain(Connection connection, String sql, List<Value> values)
      throws Throwable {
    StringBuilder plan = new StringBuilder(sql).append('\n');
    try (PreparedStatement explain = connection.prepareStatement("EXPLAIN " + sql)) {
      for (Value value : values) {
        invoke(explain, value.setter(), value.arguments());
      }
      try (ResultSet rows = explain.executeQuery()) {
        while (rows.next()) {
          plan.append(rows.getString(1)).append('\n');
        }
      }
    }
    PLANS.add(plan.toString());
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void noQuestionScansATableOfMessages() {
    Instant since = Instant.parse("2026-01-02T00:00:00Z");
    finder.find(new UUID(0, 4711), Scope.ALL);
    finder.find(new UUID(1, 4711), Scope.ALL);
    finder.find(new UUID(0, 4711), new Scope(List.of("d7", "s*")));
    finder.erasure(new UUID(0, 4711), Scope.ALL);
    for (String query :
        List.of(
            "",
            "subject=hot",
            "subject=d7",
            "subject=nobody",
            "source=s1",
            "destination=hot",
            "topic=t1",
            "type=rare",
            "subject=hot&topic=t1&type=y",
            "subject=d7&source=s2&destination=hot&topic=t1&type=y",
            "topic=t1&type=rare",
            "topic=t0&topic=t1&type=!rare",
            "destination=!d7",
            "subject=d7*",
            "topic=t*&source=s*",
            "data=%7B%22a%22:1%7D",
            "source=s1&data.a=1",
            "destination=hot&q=word",
            "ack=missing&type=rare",
            "min_ack_ms=5&subject=d7")) {
      for (Order order : Order.values()) {
        ask(Filter.parse(query), order);
        ask(Filter.parse(query + "&since=" + since + "&until=" + since.plusSeconds(86_400)), order);
      }
    }
    assertThat(PLANS).hasSizeGreaterThan(100);
    // Rows that are held against criteria are so many of so small a table that a scan is cheaper.
    assertThat(PLANS)
        .filteredOn(plan -> !plan.contains(") AS m WHERE"))
        .allSatisfy(
            plan ->
                assertThat(plan)
                    .doesNotContainPattern(
                        "Seq Scan on"
                            + " (message_key|message_destination|message_exchange\\b(?!_old)|_hyper)")
                    .doesNotContainPattern(
                        "Index Only Scan using \\w+ on \\w+ *\\(.*\\)\\n(?! *Index Cond)"));
  }

  private static void ask(Filter filter, Order order) {
    for (Scope scope : List.of(Scope.ALL, new Scope(List.of("d7", "s*")))) {
      MessageFinder.Page page = finder.search(filter, scope, order, null, false, 100);
      page.messages();
      if (page.next() != null) {
        finder.search(filter, scope, order, page.next(), false, 100).messages();
        finder.search(filter, scope, order, page.next(), true, 100).messages();
      }
    }
  }
}
