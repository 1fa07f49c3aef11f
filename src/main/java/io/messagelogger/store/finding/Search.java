package io.messagelogger.store.finding;

import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Position;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the positions of the messages that a filter means, in bounded time. Of the criteria that
 * are lists of an index, the one that reaches furthest with the same number of messages is read, a
 * part of it at a time: first a short one, as most pages are full by then, then longer ones. Each
 * message is held against the other criteria, first those that its key tells, then those that need
 * its row. What was examined is bounded, by number and by time; the search can go on from there.
 * Used by one thread.
 */
final class Search {
  /** Messages of a list that are examined at a time: at least at first, and at most. */
  private static final int FIRST_CANDIDATES = 500;

  static final int CANDIDATES = 5_000;

  /** The same, when their rows are needed. */
  private static final int FIRST_ROWS = 250;

  private static final int ROWS = 2_000;

  /** How many times as many are examined the next time: of keys, and of rows, which cost more. */
  private static final int MORE_CANDIDATES = 4;

  private static final int MORE_ROWS = 2;

  /** How many are examined in all, by their keys and by their rows. */
  static final int MOST_CANDIDATES = 20_000;

  static final int MOST_ROWS = 10_000;

  private static final String ONE_BY_ONE =
      """
      SELECT c.origin_ts, c.message_uuid
        FROM unnest(?::timestamptz[], ?) AS c (origin_ts, message_uuid)
       CROSS JOIN LATERAL (SELECT FROM message_key AS k WHERE k.message_uuid = c.message_uuid
      """;

  private static final String ALL_AT_ONCE =
      "SELECT k.origin_ts, k.message_uuid FROM message_key AS k WHERE k.message_uuid = ANY (?)";

  private static final Duration TIME = Duration.ofSeconds(1);

  private final Connection connection;
  private final Layout layout;
  private final Filter filter;
  private final Bounds bounds;
  private final Order order;

  /**
   * @param filter with the reader's scope in it
   */
  Search(Connection connection, Layout layout, Filter filter, Order order) {
    this.connection = connection;
    this.layout = layout;
    this.filter = filter;
    this.bounds = Bounds.of(filter);
    this.order = order;
  }

  /**
   * What was found.
   *
   * @param positions in order
   * @param next where to search on; null when there is nothing more
   * @param bounded whether the search ended because it had examined enough
   */
  record Found(List<Position> positions, @Nullable Position next, boolean bounded) {}

  /**
   * The positions of the next page.
   *
   * @param after where the page before ended; null for the first
   */
  Found find(@Nullable Position after, int limit) throws SQLException {
    Optional<Query> direct = direct(after, limit);
    return direct.isPresent() ? page(positions(direct.get()), limit) : examine(start(after), limit);
  }

  /**
   * The statement that gives the positions of the next page, and one more, which tells whether
   * there is another page; empty when more than that is needed to find them.
   */
  Optional<Query> direct(@Nullable Position after, int limit) {
    Map<Criterion, Listing> listings = listings();
    Check.Open open = Check.Open.of(filter, listings.keySet());
    if (listings.size() > 1 || !open.onKey().isEmpty() || !open.onRow().isEmpty()) {
      return Optional.empty();
    }
    Listing listing = listings.values().stream().findFirst().orElseGet(Listing.All::new);
    return Optional.of(listing.positions(start(after), bounds, order, limit + 1));
  }

  /** What the statement of {@link #direct} gave, as a page of this size. */
  static Found page(List<Position> found, int limit) {
    return page(found, limit, null);
  }

  /** The positions that an index leads to, the other criteria left aside. */
  List<Position> listed(int limit) throws SQLException {
    Map<Criterion, Listing> listings = listings();
    Position start = start(null);
    Criterion listed = driver(listings, start, CANDIDATES);
    Listing driver = listings.getOrDefault(listed, new Listing.All());
    return positions(driver.positions(start, bounds, order, limit));
  }

  private Map<Criterion, Listing> listings() {
    Map<Criterion, Listing> listings = new LinkedHashMap<>();
    filter
        .criteria()
        .forEach(c -> Listing.of(c).ifPresent(listing -> listings.putIfAbsent(c, listing)));
    return listings;
  }

  private Position start(@Nullable Position after) {
    Position start = order.start(bounds);
    if (after == null) {
      return start;
    }
    int compared = after.originTs().compareTo(start.originTs());
    return order == Order.NEWEST ? (compared >= 0 ? start : after) : compared <= 0 ? start : after;
  }

  private Found examine(Position start, int limit) throws SQLException {
    Map<Criterion, Listing> listings = listings();
    boolean rows = !Check.Open.of(filter, listings.keySet()).onRow().isEmpty();
    long end = System.nanoTime() + TIME.toNanos();
    int most = rows ? MOST_ROWS : MOST_CANDIDATES;
    int longest = rows ? ROWS : CANDIDATES;
    int size = Math.min(longest, Math.max(rows ? FIRST_ROWS : FIRST_CANDIDATES, limit + 1));
    Criterion listed = driver(listings, start, size);
    List<Position> found = new ArrayList<>();
    Position before = start;
    for (int examined = 0;
        before != null
            && found.size() <= limit
            && examined < most
            && (examined == 0 || System.nanoTime() < end); ) {
      Listing driver = listings.getOrDefault(listed, new Listing.All());
      List<Position> candidates = positions(driver.positions(before, bounds, order, size));
      found.addAll(
          matching(candidates, Check.Open.of(filter, listed == null ? Set.of() : Set.of(listed))));
      before = candidates.size() < size ? null : candidates.get(size - 1);
      examined += size;
      if (before != null && found.size() <= limit && size < longest) {
        size = Math.min(longest, size * (rows ? MORE_ROWS : MORE_CANDIDATES));
        listed = driver(listings, before, size); // the longer the part, the surer the choice
      }
    }
    return page(found, limit, before);
  }

  /**
   * @param searched where the search has come to; null when it has come to the end
   */
  private static Found page(List<Position> found, int limit, @Nullable Position searched) {
    if (found.size() > limit) {
      List<Position> page = List.copyOf(found.subList(0, limit));
      return new Found(page, page.get(limit - 1), false);
    }
    return new Found(List.copyOf(found), searched, searched != null);
  }

  /**
   * The criterion whose list reaches furthest with a number of messages; null when none has one.
   */
  private @Nullable Criterion driver(Map<Criterion, Listing> listings, Position start, int messages)
      throws SQLException {
    if (listings.size() <= 1) {
      return listings.isEmpty() ? null : listings.keySet().iterator().next();
    }
    Criterion driver = null;
    Instant reach = null;
    for (Map.Entry<Criterion, Listing> entry : listings.entrySet()) {
      List<Position> last =
          positions(
              new Query()
                  .add("SELECT * FROM (")
                  .add(entry.getValue().positions(start, bounds, order, messages))
                  .add(") AS c OFFSET ?", messages - 1));
      if (last.isEmpty()) {
        return entry.getKey();
      }
      Instant time = last.get(0).originTs();
      if (reach == null || (order == Order.NEWEST ? time.isBefore(reach) : time.isAfter(reach))) {
        reach = time;
        driver = entry.getKey();
      }
    }
    return driver;
  }

  private List<Position> matching(List<Position> candidates, Check.Open open) throws SQLException {
    List<Position> matching = open.onKey().isEmpty() ? candidates : byKey(candidates, open.onKey());
    return open.onRow().isEmpty() ? matching : byRow(matching, open.onRow());
  }

  private List<Position> byKey(List<Position> candidates, List<Query> conditions)
      throws SQLException {
    if (candidates.isEmpty()) {
      return List.of();
    }
    // OFFSET 0 keeps the check one of each candidate; joined, it might read the whole table. Citus
    // looks for all candidates in every shard.
    boolean distributed = layout == Layout.DISTRIBUTED;
    Query.Uuids uuids = new Query.Uuids(candidates.stream().map(Position::messageUuid).toList());
    Query query = new Query();
    if (distributed) {
      query.add(ALL_AT_ONCE, uuids);
    } else {
      query.add(
          ONE_BY_ONE,
          new Query.Texts(candidates.stream().map(p -> p.originTs().toString()).toList()),
          uuids);
    }
    conditions.forEach(condition -> query.add(" AND ").add(condition));
    return positions(
        query.add(distributed ? order.clause("k.") : " OFFSET 0) AS checked" + order.clause("c.")));
  }

  private List<Position> byRow(List<Position> candidates, List<Query> conditions)
      throws SQLException {
    if (candidates.isEmpty()) {
      return List.of();
    }
    Query query =
        new Query()
            .add("SELECT m.message_uuid FROM (")
            .add(layout.rows(candidates))
            .add(") AS m WHERE true");
    conditions.forEach(condition -> query.add(" AND ").add(condition));
    Set<UUID> matching = new HashSet<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        matching.add(rows.getObject(1, UUID.class));
      }
    }
    return candidates.stream().filter(c -> matching.contains(c.messageUuid())).toList();
  }

  private List<Position> positions(Query query) throws SQLException {
    List<Position> positions = new ArrayList<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        positions.add(new Position(Rows.time(rows, 1), rows.getObject(2, UUID.class)));
      }
    }
    return positions;
  }
}
