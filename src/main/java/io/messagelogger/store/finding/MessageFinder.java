package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.Query;
import io.messagelogger.store.SqlFailure;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
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
  private static final String FIND_ERASURE =
      "SELECT erased_at FROM message_erasure WHERE message_uuid = ?";

  private final Database database;
  private final StoredMessages stored;
  private final boolean erases;

  /** Reads from this database. */
  @Inject
  public MessageFinder(Database database, Settings settings) {
    this.database = database;
    this.erases = settings.on(Setting.ERASURE);
    this.stored = new StoredMessages(database, settings);
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

    /**
     * About what it takes in memory while its slices are written, in bytes: those that are read
     * already, and another one.
     */
    public long bytes() {
      return Slices.weight(head) + (rest.isEmpty() ? 0 : Slices.BYTES);
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
      return database.read(connection -> stored.find(connection, uuid, scope));
    }
    Optional<Message> copy = database.browse(connection -> stored.find(connection, uuid, scope));
    if (copy.isPresent() && copy.get().ackTs() != null) {
      return copy;
    }
    try {
      return database.read(connection -> stored.find(connection, uuid, scope));
    } catch (StoreUnavailableException e) {
      if (copy.isPresent()) {
        return copy;
      }
      throw e;
    }
  }

  /** When the message with this uuid was erased. */
  public Optional<Instant> erasure(UUID uuid, Scope scope) {
    if (!scope.all()) {
      return Optional.empty(); // whose it was is erased too
    }
    return database.read(
        connection -> Optional.ofNullable(StoredMessages.instant(connection, FIND_ERASURE, uuid)));
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
          Position previous =
              from == null
                  ? null
                  : !positions.isEmpty()
                      ? positions.get(0)
                      : next != null ? next : way.reversed().start(Bounds.of(within));
          if (back) {
            previous = next;
            next =
                !positions.isEmpty()
                    ? positions.get(positions.size() - 1)
                    : next != null ? next : order.start(Bounds.of(within));
          }
          // What did not come with small messages is large.
          int first = direct.isPresent() ? 1 : Slices.FIRST;
          return page(connection, positions, head, first, next, previous, searchedTo(found));
        });
  }

  private Page page(
      Connection connection,
      List<Position> positions,
      List<Message> head,
      int first,
      @Nullable Position next,
      @Nullable Position previous,
      @Nullable Instant searchedTo)
      throws SQLException {
    int left = positions.size() - head.size();
    Slices slices =
        new Slices(
            positions.subList(head.size(), positions.size()),
            some -> stored.messages(connection, some),
            first);
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
      return new Export(database, stored, Within.scope(filter, scope), order, after);
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  private static @Nullable Instant searchedTo(Search.Found found) {
    return found.bounded() && found.next() != null ? found.next().originTs() : null;
  }

  /** Those at positions that were read before, perhaps of a database that is further. */
  private List<Message> messages(List<Position> positions) {
    List<Message> found = database.browse(connection -> stored.messages(connection, positions));
    return found.size() == positions.size() || !database.replica().configured()
        ? found
        : database.read(connection -> stored.messages(connection, positions));
  }
}
