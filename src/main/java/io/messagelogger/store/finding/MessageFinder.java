package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import io.messagelogger.store.SqlFailure;
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
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages. Answers take one indexed statement, or two: one that finds where the messages
 * are, one that reads them there; in one statement TimescaleDB would plan for every chunk.
 * Thread-safe. Every method throws {@link StoreUnavailableException} when the database does not
 * answer.
 */
@ApplicationScoped
public class MessageFinder {
  private static final String FIND_KEY = "SELECT origin_ts FROM message_key WHERE message_uuid = ?";

  private static final String FIND_ERASURE =
      "SELECT erased_at FROM message_erasure WHERE message_uuid = ?";

  private static final String SHOWN =
      """
      SELECT message_uuid, origin_ts, ack_ts,
             CASE WHEN octet_length(data) > ?
                  THEN json_build_object('not_shown', format('%s bytes of JSON; at most %s are shown', octet_length(data), ?::int))::text
                  ELSE data END,
             source_subject_id, destination_subject_ids, topic, message_type,
             CASE WHEN octet_length(metadata) > ?
                  THEN json_build_object('not_shown', format('%s bytes of JSON; at most %s are shown', octet_length(metadata), ?::int))::text
                  ELSE metadata END
        FROM (SELECT message_uuid, origin_ts, ack_ts, message_data::text AS data, source_subject_id,
                     destination_subject_ids, topic, message_type, message_metadata::text AS metadata
                FROM (
      """;

  /** What every message may have that is shown, however small messages must be. */
  private static final int LEAST_SHOWN = 4 << 20;

  private final Database database;
  private final int maxShown;
  private final boolean erases;

  /** Reads from this database. */
  @Inject
  public MessageFinder(Database database, Settings settings) {
    this.database = database;
    this.erases = settings.on(Setting.ERASURE);
    // jsonb puts blanks between, and writes exponents out.
    this.maxShown = Math.max(LEAST_SHOWN, 3 * settings.count(Setting.MAX_MESSAGE_BYTES));
  }

  /** Reads from this database, with the usual settings. */
  public MessageFinder(Database database) {
    this(database, Settings.from(name -> null));
  }

  /**
   * Some messages. Those that fit into about a megabyte are read already; of the others it holds
   * where they are, and they are read in slices, so that a page of large messages takes no more
   * memory than one of small ones. Immutable.
   */
  public final class Page {
    private final List<Message> head;
    private final List<Position> rest;
    private final @Nullable Position next;
    private final @Nullable Position previous;
    private final @Nullable Instant searchedTo;

    private Page(
        List<Message> head,
        List<Position> rest,
        @Nullable Position next,
        @Nullable Position previous,
        @Nullable Instant searchedTo) {
      this.head = head;
      this.rest = rest;
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
      Slices slices = new Slices(rest, MessageFinder.this::messages);
      return new Iterator<>() {
        private boolean begun;

        @Override
        public boolean hasNext() {
          return !begun || slices.hasNext();
        }

        @Override
        public List<Message> next() {
          if (begun) {
            try {
              return slices.next();
            } catch (SQLException e) {
              throw new StoreUnavailableException(SqlFailure.of(e).explanation(), e);
            }
          }
          begun = true;
          return head;
        }
      };
    }

    /** All messages of the page at once. */
    public List<Message> messages() {
      List<Message> messages = new ArrayList<>();
      slices().forEachRemaining(messages::addAll);
      return messages;
    }
  }

  /**
   * The message with this uuid; empty when there is none, or none within the scope. As it is now:
   * of a read replica's answers only that is taken which cannot change any more.
   */
  @CircuitBreaker(
      failOn = StoreUnavailableException.class,
      requestVolumeThreshold = 4,
      failureRatio = 0.75,
      delay = 1000)
  public Optional<Message> find(UUID uuid, Scope scope) {
    if (erases || !database.replica().inUse()) {
      return database.read(connection -> find(connection, uuid, scope));
    }
    Optional<Message> copy = database.browse(connection -> find(connection, uuid, scope));
    if (copy.isPresent() && copy.get().ackTs() != null) {
      return copy;
    }
    try {
      return database.read(connection -> find(connection, uuid, scope));
    } catch (StoreUnavailableException e) {
      if (copy.isPresent()) {
        return copy;
      }
      throw e;
    }
  }

  private Optional<Message> find(Connection connection, UUID uuid, Scope scope)
      throws SQLException {
    if (database.layout().byUuid()) {
      return find(connection, uuid, null, scope);
    }
    Instant time = instant(connection, FIND_KEY, uuid);
    Optional<Message> found = find(connection, uuid, time, scope);
    if (found.isEmpty() && time == null) {
      // It may have been taken over meanwhile: away from where we looked, with a key.
      time = instant(connection, FIND_KEY, uuid);
      return time == null ? found : find(connection, uuid, time, scope);
    }
    return found;
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
    try (PreparedStatement statement = shown(row).prepare(connection);
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
    return database.browse(
        connection -> {
          Order way = back ? order.reversed() : order;
          Search search = new Search(connection, database.layout(), within, way);
          Optional<Query> direct =
              database.layout() == Layout.PLAIN ? search.direct(from, limit) : Optional.empty();
          List<Message> head = new ArrayList<>();
          Search.Found found;
          if (direct.isPresent()) {
            SmallMessages.Head read = SmallMessages.read(connection, direct.get(), way, limit);
            found = Search.page(read.positions(), limit);
            head.addAll(read.head());
          } else {
            found = search.find(from, limit);
            if (!scope.all()) {
              found = Whereabouts.told(found, from, way);
            }
          }
          List<Position> positions = new ArrayList<>(found.positions());
          if (back) {
            Collections.reverse(positions);
            if (head.size() < positions.size()) {
              head.clear(); // they would be the last of the page
            }
            Collections.reverse(head);
          }
          Position next = found.next();
          Position previous = from == null ? null : positions.isEmpty() ? next : positions.get(0);
          if (back) {
            previous = next;
            next =
                !positions.isEmpty()
                    ? positions.get(positions.size() - 1)
                    : next != null ? next : order.start(Bounds.of(within));
          }
          return page(connection, positions, head, next, previous, searchedTo(found));
        });
  }

  private Page page(
      Connection connection,
      List<Position> positions,
      List<Message> head,
      @Nullable Position next,
      @Nullable Position previous,
      @Nullable Instant searchedTo)
      throws SQLException {
    int left = positions.size() - head.size();
    Slices slices =
        new Slices(
            positions.subList(head.size(), positions.size()), some -> messages(connection, some));
    while (slices.hasNext() && slices.bytes() < Slices.BYTES) {
      head.addAll(slices.next());
      left = slices.left();
    }
    List<Position> rest = positions.subList(positions.size() - left, positions.size());
    return new Page(head, List.copyOf(rest), next, previous, searchedTo);
  }

  /**
   * All messages that a filter means, from one snapshot. The caller closes it.
   *
   * @param scope what the reader may see
   * @param after where to start; null for the first
   */
  public Export export(Filter filter, Scope scope, Order order, @Nullable Position after) {
    try {
      return new Export(database, this, Within.scope(filter, scope), order, after);
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  private static @Nullable Instant searchedTo(Search.Found found) {
    return found.bounded() && found.next() != null ? found.next().originTs() : null;
  }

  /** Those at positions that were read before, perhaps of a database that is further. */
  private List<Message> messages(List<Position> positions) {
    List<Message> found = database.browse(connection -> messages(connection, positions));
    return found.size() == positions.size() || !database.replica().configured()
        ? found
        : database.read(connection -> messages(connection, positions));
  }

  List<Message> messages(Connection connection, List<Position> edges) throws SQLException {
    if (edges.isEmpty()) {
      return List.of();
    }
    Map<UUID, Message> found = new HashMap<>();
    try (PreparedStatement statement = shown(database.layout().rows(edges)).prepare(connection)) {
      collect(statement, found);
    }
    return edges.stream()
        .map(edge -> found.get(edge.messageUuid()))
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * The rows with what is too large to be shown said in its place: numbers of rows of before 1.1
   * may be written out to hundreds of megabytes. OFFSET 0 makes the text once.
   */
  private Query shown(Query rows) {
    return new Query()
        .add(SHOWN, maxShown, maxShown, maxShown, maxShown)
        .add(rows)
        .add(") AS stored OFFSET 0) AS printed");
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
