package io.messagelogger.store.finding;

import io.messagelogger.filter.Filter;
import io.messagelogger.message.Position;
import io.messagelogger.store.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of messages in the order of an index, newest first, and the check whether a message of
 * another list is in this one too. Reading a part of it costs as much as the part is long, however
 * long the list is. Immutable.
 */
public sealed interface Listing {
  String ORDER = " ORDER BY origin_ts DESC, message_uuid DESC LIMIT ?";

  /**
   * The positions of the first messages.
   *
   * @param before what comes after this position
   * @param since what is not older than this; null for all
   * @param limit how many at most
   */
  Query positions(Position before, @Nullable Instant since, int limit);

  /** A condition on the key {@code k} of a message that {@code c} holds the position of. */
  Query contains();

  /**
   * Every list that a filter names. A message that it means is in all of them; all messages are in
   * none but the last.
   */
  static List<Listing> of(Filter filter) {
    List<Listing> listings = new ArrayList<>();
    if (filter.subject() != null) {
      listings.add(
          new Either(
              new Column("source_subject_id", filter.subject()),
              new Destination(filter.subject())));
    }
    if (filter.source() != null) {
      listings.add(new Column("source_subject_id", filter.source()));
    }
    if (filter.destination() != null) {
      listings.add(new Destination(filter.destination()));
    }
    if (filter.topic() != null) {
      listings.add(new Column("topic", filter.topic()));
    }
    if (filter.type() != null) {
      listings.add(new Column("message_type", filter.type()));
    }
    if (listings.isEmpty()) {
      listings.add(new All());
    }
    return listings;
  }

  /** One index of one table. */
  private static Query part(
      String table,
      String column,
      @Nullable String value,
      Position before,
      @Nullable Instant since,
      int limit) {
    Query query = new Query().add("SELECT origin_ts, message_uuid FROM " + table + " WHERE ");
    if (value != null) {
      query.add(column + " = ? AND ", value);
    }
    query.add("(origin_ts, message_uuid) < (?, ?)", before.originTs(), before.messageUuid());
    if (since != null) {
      query.add(" AND origin_ts >= ?", since);
    }
    return query.add(ORDER, limit);
  }

  /** Every message. */
  record All() implements Listing {
    @Override
    public Query positions(Position before, @Nullable Instant since, int limit) {
      return part("message_key", "", null, before, since, limit);
    }

    @Override
    public Query contains() {
      return new Query().add("true");
    }
  }

  /** Those with a value in a column of their key. */
  record Column(String column, String value) implements Listing {
    @Override
    public Query positions(Position before, @Nullable Instant since, int limit) {
      return part("message_key", column, value, before, since, limit);
    }

    @Override
    public Query contains() {
      return new Query().add("k." + column + " = ?", value);
    }
  }

  /** Those that a subject received. */
  record Destination(String subject) implements Listing {
    @Override
    public Query positions(Position before, @Nullable Instant since, int limit) {
      return part("message_destination", "subject_id", subject, before, since, limit);
    }

    @Override
    public Query contains() {
      return new Query()
          .add(
              """
              EXISTS (SELECT FROM message_destination AS d
                       WHERE d.subject_id = ? AND d.origin_ts = c.origin_ts AND d.message_uuid = c.message_uuid)
              """,
              subject);
    }
  }

  /** Those in one of two lists, once each. */
  record Either(Listing one, Listing other) implements Listing {
    @Override
    public Query positions(Position before, @Nullable Instant since, int limit) {
      return new Query()
          .add("SELECT origin_ts, message_uuid FROM ((")
          .add(one.positions(before, since, limit))
          .add(") UNION (")
          .add(other.positions(before, since, limit))
          .add(")) AS either" + ORDER, limit);
    }

    @Override
    public Query contains() {
      return new Query().add("(").add(one.contains()).add(" OR ").add(other.contains()).add(")");
    }
  }
}
