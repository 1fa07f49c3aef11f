package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages. Each answer takes two indexed statements: one that finds where the messages are,
 * one that reads them there; in one statement TimescaleDB would plan for every chunk. Thread-safe.
 * Every method throws {@link StoreUnavailableException} when the database does not answer.
 */
@ApplicationScoped
public class MessageFinder {
  private static final String FIND_KEY = "SELECT origin_ts FROM message_key WHERE message_uuid = ?";

  private static final String FIND_ERASURE =
      "SELECT erased_at FROM message_erasure WHERE message_uuid = ?";

  private static final int FIRST_SLICE = 8;
  private static final long SLICE_BYTES = 1 << 20;

  private final Database database;

  /** For CDI's proxies. */
  protected MessageFinder() {
    this.database = null;
  }

  /** Reads from this database. */
  @Inject
  public MessageFinder(Database database) {
    this.database = database;
  }

  /**
   * Some messages. Holds where they are; the messages themselves are read in slices, so that a page
   * of large messages takes no more memory than one of small ones. Immutable.
   */
  public final class Page {
    private final List<Position> edges;
    private final @Nullable Position next;
    private final @Nullable Position previous;
    private final @Nullable Instant searchedTo;

    private Page(
        List<Position> edges,
        @Nullable Position next,
        @Nullable Position previous,
        @Nullable Instant searchedTo) {
      this.edges = edges;
      this.next = next;
      this.previous = previous;
      this.searchedTo = searchedTo;
    }

    /** Where the next page starts; null when this was the last. */
    public @Nullable Position next() {
      return next;
    }

    /** Where the page before ends; null when this was the first. */
    public @Nullable Position previous() {
      return previous;
    }

    /**
     * The time that has been searched to, when the page ended because enough messages had been
     * examined; null when it did not.
     */
    public @Nullable Instant searchedTo() {
      return searchedTo;
    }

    /** The messages, slice by slice, each read when it is asked for. */
    public Iterator<List<Message>> slices() {
      return new Slices(edges);
    }

    /** All messages of the page at once. */
    public List<Message> messages() {
      List<Message> messages = new ArrayList<>();
      slices().forEachRemaining(messages::addAll);
      return messages;
    }
  }

  /**
   * Reads as many messages at a time as make about {@link #SLICE_BYTES}, going by the slice before.
   * Used by one thread.
   */
  private final class Slices implements Iterator<List<Message>> {
    private final List<Position> edges;
    private int from;
    private int size = FIRST_SLICE;

    Slices(List<Position> edges) {
      this.edges = edges;
    }

    @Override
    public boolean hasNext() {
      return from < edges.size();
    }

    @Override
    public List<Message> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      List<Position> slice = edges.subList(from, Math.min(edges.size(), from + size));
      List<Message> messages = database.read(connection -> messages(connection, slice));
      from += slice.size();
      long bytes = messages.stream().mapToLong(MessageFinder::weight).sum();
      long fitting = SLICE_BYTES * slice.size() / Math.max(1, bytes);
      size = (int) Math.max(1, Math.min(4L * size, fitting));
      return messages;
    }
  }

  /** About how many characters a message has. */
  private static long weight(Message message) {
    long weight = 200;
    weight += message.messageData() == null ? 0 : message.messageData().length();
    weight += message.messageMetadata() == null ? 0 : message.messageMetadata().length();
    if (message.destinationSubjectIds() != null) {
      weight += message.destinationSubjectIds().size() * 60L;
    }
    return weight;
  }

  /** The message with this uuid; empty when there is none, or none within the scope. */
  @CircuitBreaker(
      failOn = StoreUnavailableException.class,
      requestVolumeThreshold = 4,
      failureRatio = 0.75,
      delay = 1000)
  public Optional<Message> find(UUID uuid, Scope scope) {
    return database.read(
        connection -> {
          Instant time = instant(connection, FIND_KEY, uuid);
          Optional<Message> found = find(connection, uuid, time, scope);
          if (found.isEmpty() && time == null) {
            // It may have been taken over meanwhile: away from where we looked, with a key.
            time = instant(connection, FIND_KEY, uuid);
            return time == null ? found : find(connection, uuid, time, scope);
          }
          return found;
        });
  }

  private Optional<Message> find(
      Connection connection, UUID uuid, @Nullable Instant time, Scope scope) throws SQLException {
    Query row = database.layout().row(uuid, time);
    if (!scope.all()) {
      row = new Query().add("SELECT * FROM (").add(row).add(") AS m WHERE true");
      for (Criterion criterion : Within.scope(Filter.ALL, scope).criteria()) {
        row.add(" AND ").add(Check.ofRow(criterion));
      }
    }
    try (PreparedStatement statement = row.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(Rows.read(rows)) : Optional.empty();
    }
  }

  /** When the message with this uuid was erased. */
  public Optional<Instant> erasure(UUID uuid, Scope scope) {
    if (!scope.all()) {
      return Optional.empty(); // whose it was is erased too
    }
    return database.read(
        connection -> Optional.ofNullable(instant(connection, FIND_ERASURE, uuid)));
  }

  private static @Nullable Instant instant(Connection connection, String sql, UUID uuid)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, uuid);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Rows.instant(rows, 1) : null;
      }
    }
  }

  /**
   * A page of the messages that a filter means, newest first.
   *
   * @param scope what the reader may see
   * @param after where the page before ended; null for the first page
   * @param limit how many messages at most
   */
  public Page search(Filter filter, Scope scope, @Nullable Position after, int limit) {
    return search(filter, scope, Order.NEWEST, after, false, limit);
  }

  /**
   * A page of the messages that a filter means. Where an index does not serve the filter, a page
   * may hold fewer than asked for, or none, and still have a next one.
   *
   * @param scope what the reader may see
   * @param from where the page before ended, or, going back, where the page after starts; null for
   *     the first page
   * @param back whether the page is the one before that place, and not the one after
   * @param limit how many messages at most
   */
  @CircuitBreaker(
      failOn = StoreUnavailableException.class,
      requestVolumeThreshold = 4,
      failureRatio = 0.75,
      delay = 1000)
  public Page search(
      Filter filter, Scope scope, Order order, @Nullable Position from, boolean back, int limit) {
    Filter within = Within.scope(filter, scope);
    return database.read(
        connection -> {
          Order way = back ? order.reversed() : order;
          Search.Found found =
              new Search(connection, database.layout(), within, way).find(from, limit);
          return back ? before(found, within, order) : after(found, from);
        });
  }

  private Page after(Search.Found found, @Nullable Position from) {
    List<Position> edges = found.positions();
    Position previous = from == null ? null : edges.isEmpty() ? found.next() : edges.get(0);
    return new Page(edges, found.next(), previous, searchedTo(found));
  }

  /** The same of a search the other way round. */
  private Page before(Search.Found found, Filter filter, Order order) {
    List<Position> edges = new ArrayList<>(found.positions());
    Collections.reverse(edges);
    Position next =
        !edges.isEmpty()
            ? edges.get(edges.size() - 1)
            : found.next() != null ? found.next() : order.start(Bounds.of(filter));
    return new Page(List.copyOf(edges), next, found.next(), searchedTo(found));
  }

  private static @Nullable Instant searchedTo(Search.Found found) {
    return found.bounded() && found.next() != null ? found.next().originTs() : null;
  }

  private List<Message> messages(Connection connection, List<Position> edges) throws SQLException {
    if (edges.isEmpty()) {
      return List.of();
    }
    Map<UUID, Message> found = new HashMap<>();
    try (PreparedStatement statement = database.layout().rows(edges).prepare(connection)) {
      collect(statement, found);
    }
    return edges.stream()
        .map(edge -> found.get(edge.messageUuid()))
        .filter(Objects::nonNull)
        .toList();
  }

  private static void collect(PreparedStatement statement, Map<UUID, Message> found)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Message message = Rows.read(rows);
        found.put(message.messageUuid(), message);
      }
    }
  }
}
