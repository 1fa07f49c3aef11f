package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Position;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the positions of the messages that a filter means, in bounded time: of several lists the
 * one that reaches furthest back with the same number of messages is read, some thousand messages
 * at a time, and each is looked for in the others. Used by one thread.
 */
public final class Search {
  /** Messages of one list that are looked for in the others at a time. */
  public static final int CANDIDATES = 5_000;

  /** How often at most; then the page ends where the search has come to. */
  public static final int ROUNDS = 4;

  /** After every message that there can be. */
  private static final Position NEWEST =
      new Position(Instant.parse("9999-12-31T23:59:59.999999Z"), new UUID(-1, -1));

  private static final UUID FIRST_UUID = new UUID(0, 0);

  private final Connection connection;
  private final List<Listing> listings;
  private final @Nullable Instant since;
  private final Position start;

  /**
   * @param after where the page before ended; null for the first
   */
  public Search(Connection connection, Filter filter, Scope scope, @Nullable Position after) {
    this.connection = connection;
    if (!scope.all()) {
      throw new IllegalArgumentException("a narrower scope than all is not searched yet");
    }
    this.listings = Listing.of(filter);
    this.since = filter.since();
    Position end = filter.until() == null ? NEWEST : new Position(filter.until(), FIRST_UUID);
    // A uuid of zeros is the first of its time: what comes before it is older than that time.
    this.start = after == null || after.originTs().compareTo(end.originTs()) >= 0 ? end : after;
  }

  /**
   * What was found.
   *
   * @param positions newest first
   * @param next where to search on; null when there is nothing more
   */
  public record Found(List<Position> positions, @Nullable Position next) {}

  /** The positions of the next page. */
  public Found find(int limit) throws SQLException {
    if (listings.size() == 1) {
      // One more than asked for tells whether there is a next page.
      List<Position> positions = positions(listings.get(0).positions(start, since, limit + 1));
      return page(positions, limit, null);
    }
    Listing driver = driver();
    List<Listing> others = new ArrayList<>(listings);
    others.remove(driver);
    List<Position> found = new ArrayList<>();
    Position before = start;
    for (int round = 0; before != null && found.size() <= limit && round < ROUNDS; round++) {
      List<Position> candidates = positions(driver.positions(before, since, CANDIDATES));
      found.addAll(matching(candidates, others));
      before = candidates.size() < CANDIDATES ? null : candidates.get(CANDIDATES - 1);
    }
    return page(found, limit, before);
  }

  /**
   * @param searched where the search has come to; null when it has come to the end
   */
  private static Found page(List<Position> found, int limit, @Nullable Position searched) {
    if (found.size() > limit) {
      List<Position> page = List.copyOf(found.subList(0, limit));
      return new Found(page, page.get(limit - 1));
    }
    return new Found(List.copyOf(found), searched);
  }

  /** The list of which a number of messages reaches furthest back. */
  private Listing driver() throws SQLException {
    Listing driver = listings.get(0);
    Instant reach = null;
    for (Listing listing : listings) {
      List<Position> last =
          positions(
              new Query()
                  .add("SELECT * FROM (")
                  .add(listing.positions(start, since, CANDIDATES))
                  .add(") AS c OFFSET ?", CANDIDATES - 1));
      if (last.isEmpty()) {
        return listing;
      }
      if (reach == null || last.get(0).originTs().isBefore(reach)) {
        reach = last.get(0).originTs();
        driver = listing;
      }
    }
    return driver;
  }

  private List<Position> matching(List<Position> candidates, List<Listing> others)
      throws SQLException {
    if (candidates.isEmpty()) {
      return List.of();
    }
    // OFFSET 0 keeps the check one of each candidate; joined, it might read the whole table.
    Query query =
        new Query()
            .add(
                """
                SELECT c.origin_ts, c.message_uuid
                  FROM unnest(?::timestamptz[], ?) AS c (origin_ts, message_uuid)
                 CROSS JOIN LATERAL (SELECT FROM message_key AS k WHERE k.message_uuid = c.message_uuid
                """,
                new Query.Texts(candidates.stream().map(p -> p.originTs().toString()).toList()),
                new Query.Uuids(candidates.stream().map(Position::messageUuid).toList()));
    others.forEach(other -> query.add(" AND ").add(other.contains()));
    return positions(
        query.add(" OFFSET 0) AS checked ORDER BY c.origin_ts DESC, c.message_uuid DESC"));
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
