package io.messagelogger.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A statement that is put together, with its values: text, numbers, times, uuids. Used by one
 * thread.
 */
public final class Query {
  private final StringBuilder sql = new StringBuilder();
  private final List<@Nullable Object> values = new ArrayList<>();

  /** Many uuids as one value, an array. */
  public record Uuids(List<UUID> uuids) {}

  /** Text as one value, an array. */
  public record Texts(@Nullable List<? extends @Nullable String> texts) {}

  /** Numbers as one value, an array. */
  public record Longs(List<Long> numbers) {}

  /** Adds a part of the statement, and a value for each of its question marks. */
  public Query add(String part, @Nullable Object... some) {
    sql.append(part);
    Collections.addAll(values, some);
    return this;
  }

  public Query add(Query other) {
    sql.append(other.sql);
    values.addAll(other.values);
    return this;
  }

  /** Prepares the statement and binds its values. The caller closes it. */
  public PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql.toString());
    try {
      int parameter = 1;
      for (Object value : values) {
        bind(statement, parameter++, value);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  public int update(Connection connection) throws SQLException {
    try (PreparedStatement statement = prepare(connection)) {
      return statement.executeUpdate();
    }
  }

  /**
   * The statement with its values in it, for what takes no parameters (COPY).
   *
   * @throws IllegalStateException when one is not a time, a uuid or a number
   */
  public String literal() {
    StringBuilder literal = new StringBuilder();
    int from = 0;
    for (Object value : values) {
      int mark = sql.indexOf("?", from);
      literal.append(sql, from, mark).append(literal(value));
      from = mark + 1;
    }
    return literal.append(sql, from, sql.length()).toString();
  }

  private static String literal(@Nullable Object value) {
    if (value instanceof Instant time) {
      return "'" + Rows.literal(time) + "'::timestamptz";
    }
    if (value instanceof UUID uuid) {
      return "'" + uuid + "'::uuid";
    }
    if (value instanceof Integer || value instanceof Long) {
      return value.toString();
    }
    throw new IllegalStateException("No literal of " + value);
  }

  /** The statement and its values, for tests and for looking at; values may be secret. */
  @Override
  public String toString() {
    return sql + " " + values;
  }

  private static void bind(PreparedStatement statement, int parameter, @Nullable Object value)
      throws SQLException {
    if (value instanceof Uuids many) {
      statement.setArray(
          parameter, Rows.array(statement.getConnection(), "uuid", many.uuids().toArray()));
    } else if (value instanceof Longs many) {
      statement.setArray(
          parameter, Rows.array(statement.getConnection(), "bigint", many.numbers().toArray()));
    } else if (value instanceof Texts many) {
      Rows.texts(statement, parameter, many.texts());
    } else if (value instanceof Instant time) {
      Rows.time(statement, parameter, time);
    } else if (value == null) {
      statement.setNull(parameter, Types.OTHER); // the statement tells the type
    } else {
      statement.setObject(parameter, value);
    }
  }
}
