package io.messagelogger.store.finding;

import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Name;
import io.messagelogger.message.Position;
import io.messagelogger.store.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A list of messages in the order of an index. Reading a part of it costs as much as the part is
 * long, however long the list is. Immutable.
 */
sealed interface Listing {
  /** Names of a criterion that are still read as so many lists at a time. */
  int MAX_BRANCHES = 16;

  /**
   * The positions of the first messages within bounds.
   *
   * @param after what comes after this position
   * @param limit how many at most
   */
  Query positions(Position after, Bounds bounds, Order order, int limit);

  /** The list that is all the messages for which a criterion holds; empty when no index has it. */
  static Optional<Listing> of(Criterion criterion) {
    if (!(criterion instanceof Criterion.Named named)
        || named.negated()
        || named.names().isEmpty()
        || named.names().size() > MAX_BRANCHES
        || named.names().stream().anyMatch(Name::prefix)) {
      return Optional.empty();
    }
    List<Listing> branches = new ArrayList<>();
    for (String name : named.names().stream().map(Name::text).distinct().toList()) {
      switch (named.field()) {
        case SUBJECT -> {
          branches.add(new Column("source_subject_id", name));
          branches.add(new Destination(name));
        }
        case SOURCE -> branches.add(new Column("source_subject_id", name));
        case DESTINATION -> branches.add(new Destination(name));
        case TOPIC -> branches.add(new Column("topic", name));
        case TYPE -> branches.add(new Column("message_type", name));
      }
    }
    return Optional.of(branches.size() == 1 ? branches.get(0) : new Either(branches));
  }

  /** Every message. */
  record All() implements Listing {
    @Override
    public Query positions(Position after, Bounds bounds, Order order, int limit) {
      return part("message_key", "", null, after, bounds, order, limit);
    }
  }

  /** Those with a value in a column of their key. */
  record Column(String column, String value) implements Listing {
    @Override
    public Query positions(Position after, Bounds bounds, Order order, int limit) {
      return part("message_key", column, value, after, bounds, order, limit);
    }
  }

  /** Those that a subject received. */
  record Destination(String subject) implements Listing {
    @Override
    public Query positions(Position after, Bounds bounds, Order order, int limit) {
      return part("message_destination", "subject_id", subject, after, bounds, order, limit);
    }
  }

  /** Those in one of several lists, once each. */
  record Either(List<Listing> branches) implements Listing {
    @Override
    public Query positions(Position after, Bounds bounds, Order order, int limit) {
      Query query = new Query().add("SELECT origin_ts, message_uuid FROM (");
      String between = "(";
      for (Listing branch : branches) {
        query.add(between).add(branch.positions(after, bounds, order, limit)).add(")");
        between = " UNION (";
      }
      return query.add(") AS either" + order.clause() + " LIMIT ?", limit);
    }
  }

  /** One index of one table. */
  private static Query part(
      String table,
      String column,
      @Nullable String value,
      Position after,
      Bounds bounds,
      Order order,
      int limit) {
    Query query = new Query().add("SELECT origin_ts, message_uuid FROM " + table + " WHERE ");
    if (value != null) {
      query.add(column + " = ? AND ", value);
    }
    query.add(
        "(origin_ts, message_uuid) " + order.comparison() + " (?, ?)",
        after.originTs(),
        after.messageUuid());
    if (order == Order.NEWEST && bounds.since() != null) {
      query.add(" AND origin_ts >= ?", bounds.since());
    }
    if (order == Order.OLDEST && bounds.until() != null) {
      query.add(" AND origin_ts < ?", bounds.until());
    }
    return query.add(order.clause() + " LIMIT ?", limit);
  }
}
