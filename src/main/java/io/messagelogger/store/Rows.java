package io.messagelogger.store;

import io.messagelogger.message.Message;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages to and from the columns of {@code message_exchange}. */
public final class Rows {
  public static final String COLUMNS =
      "message_uuid, origin_ts, ack_ts, message_data, source_subject_id, destination_subject_ids, topic, message_type,"
          + " message_metadata";

  private Rows() {}

  /** The message of the current row, whose columns are {@link #COLUMNS}. */
  public static Message read(ResultSet row) throws SQLException {
    return new Message(
        row.getObject(1, UUID.class),
        instant(row, 2),
        instant(row, 3),
        row.getString(4),
        row.getString(5),
        texts(row, 6),
        row.getString(7),
        row.getString(8),
        row.getString(9));
  }

  /** The time in a column that is never null. */
  public static Instant time(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** The time in a column; null when there is none. */
  public static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static @Nullable List<String> texts(ResultSet row, int column) throws SQLException {
    Array array = row.getArray(column);
    if (array == null) {
      return null;
    }
    // A row of the Python service may hold a null among the subjects, which List.of would refuse.
    return Arrays.asList((String[]) array.getArray());
  }

  /** Binds a time, to the microsecond; null for none. */
  public static void time(PreparedStatement statement, int parameter, @Nullable Instant instant)
      throws SQLException {
    if (instant == null) {
      statement.setNull(parameter, Types.TIMESTAMP_WITH_TIMEZONE);
    } else {
      statement.setObject(parameter, instant.atOffset(ZoneOffset.UTC));
    }
  }

  /** Binds text as an array; null for none. */
  public static void texts(
      PreparedStatement statement, int parameter, @Nullable List<? extends @Nullable String> texts)
      throws SQLException {
    if (texts == null) {
      statement.setNull(parameter, Types.ARRAY);
    } else {
      statement.setArray(
          parameter, array(statement.getConnection(), "text", texts.toArray(String[]::new)));
    }
  }

  public static Array array(Connection connection, String type, Object[] elements)
      throws SQLException {
    return connection.createArrayOf(type, elements);
  }

  /** A time as PostgreSQL reads it, to the microsecond. */
  static String literal(Instant time) {
    if (time.equals(OffsetDateTime.MAX.toInstant())) { // as the driver says it
      return "infinity";
    }
    if (time.equals(OffsetDateTime.MIN.toInstant())) {
      return "-infinity";
    }
    OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
    int year = utc.getYear();
    return String.format(
        Locale.ROOT, // others have digits of their own
        "%04d-%02d-%02d %02d:%02d:%02d.%06d+00%s",
        year > 0 ? year : 1 - year, // the year before 1 is 1 BC
        utc.getMonthValue(),
        utc.getDayOfMonth(),
        utc.getHour(),
        utc.getMinute(),
        utc.getSecond(),
        utc.getNano() / 1000,
        year > 0 ? "" : " BC");
  }

  /** Text as PostgreSQL writes an array of it (its manual, 8.15.6); null for none. */
  public static @Nullable String literal(@Nullable List<@Nullable String> texts) {
    if (texts == null) {
      return null;
    }
    StringBuilder literal = new StringBuilder("{");
    for (String text : texts) {
      literal.append(literal.length() > 1 ? "," : "");
      if (text == null) { // in rows of the Python service
        literal.append("NULL");
      } else {
        literal.append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\""));
        literal.append('"');
      }
    }
    return literal.append('}').toString();
  }
}
