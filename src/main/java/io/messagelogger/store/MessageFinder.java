package io.messagelogger.store;

import io.messagelogger.message.Message;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
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

  private static final String FIND_ROW =
      "SELECT " + Rows.COLUMNS + " FROM message_exchange WHERE message_uuid = ? AND origin_ts = ?";

  private static final String FIND_ROW_WITHOUT_TIME =
      "SELECT "
          + Rows.COLUMNS
          + " FROM message_exchange WHERE message_uuid = ? AND origin_ts IS NULL";

  private static final String FIRST_EDGES =
      """
      SELECT origin_ts, message_uuid FROM message_subject
       WHERE subject_id = ?
       ORDER BY origin_ts DESC, message_uuid DESC LIMIT ?
      """;

  private static final String NEXT_EDGES =
      """
      SELECT origin_ts, message_uuid FROM message_subject
       WHERE subject_id = ? AND (origin_ts, message_uuid) < (?, ?)
       ORDER BY origin_ts DESC, message_uuid DESC LIMIT ?
      """;

  private static final String FIND_ROWS =
      "SELECT "
          + Rows.COLUMNS
          + " FROM message_exchange WHERE message_uuid = ANY (?) AND origin_ts BETWEEN ? AND ?";

  private static final String FIND_ROWS_WITHOUT_TIME =
      "SELECT "
          + Rows.COLUMNS
          + " FROM message_exchange WHERE message_uuid = ANY (?) AND origin_ts IS NULL";

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

  /** A place in the order newest first: what comes after it is older. */
  public record Position(Instant originTs, UUID messageUuid) {}

  /**
   * Some messages of a subject, newest first. Holds where they are; the messages themselves are
   * read in slices, so that a page of large messages takes no more memory than one of small ones.
   * Immutable.
   */
  public final class Page {
    private final List<Position> edges;
    private final @Nullable Position next;

    private Page(List<Position> edges, @Nullable Position next) {
      this.edges = edges;
      this.next = next;
    }

    /** Where the next page starts; null when this was the last. */
    public @Nullable Position next() {
      return next;
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
      List<Message> messages =
          database.ask(connection -> MessageFinder.messages(connection, slice));
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

  /** The message with this uuid. */
  @CircuitBreaker(
      failOn = StoreUnavailableException.class,
      requestVolumeThreshold = 4,
      failureRatio = 0.75,
      delay = 1000)
  public Optional<Message> find(UUID uuid) {
    return database.ask(
        connection -> {
          Instant time;
          try (PreparedStatement statement = connection.prepareStatement(FIND_KEY)) {
            statement.setObject(1, uuid);
            try (ResultSet rows = statement.executeQuery()) {
              if (!rows.next()) {
                return Optional.empty();
              }
              time = Rows.instant(rows, 1);
            }
          }
          String sql = time == null ? FIND_ROW_WITHOUT_TIME : FIND_ROW;
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, uuid);
            if (time != null) {
              Rows.time(statement, 2, time);
            }
            try (ResultSet rows = statement.executeQuery()) {
              return rows.next() ? Optional.of(Rows.read(rows)) : Optional.empty();
            }
          }
        });
  }

  /**
   * A page of the messages that a subject sent or received, newest first.
   *
   * @param after where the page before ended; null for the first page
   * @param limit how many messages at most
   */
  @CircuitBreaker(
      failOn = StoreUnavailableException.class,
      requestVolumeThreshold = 4,
      failureRatio = 0.75,
      delay = 1000)
  public Page bySubject(String subject, @Nullable Position after, int limit) {
    return database.ask(
        connection -> {
          // One more than asked for tells whether there is a next page.
          List<Position> edges = edges(connection, subject, after, limit + 1);
          boolean more = edges.size() > limit;
          List<Position> page = more ? edges.subList(0, limit) : edges;
          return new Page(page, more ? page.get(page.size() - 1) : null);
        });
  }

  private static List<Position> edges(
      Connection connection, String subject, @Nullable Position after, int limit)
      throws SQLException {
    List<Position> edges = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(after == null ? FIRST_EDGES : NEXT_EDGES)) {
      int parameter = 1;
      statement.setString(parameter++, subject);
      if (after != null) {
        Rows.time(statement, parameter++, after.originTs());
        statement.setObject(parameter++, after.messageUuid());
      }
      statement.setInt(parameter, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          edges.add(new Position(Rows.instant(rows, 1), rows.getObject(2, UUID.class)));
        }
      }
    }
    return edges;
  }

  private static List<Message> messages(Connection connection, List<Position> edges)
      throws SQLException {
    if (edges.isEmpty()) {
      return List.of();
    }
    Map<UUID, Message> found = new HashMap<>();
    Instant newest = edges.get(0).originTs();
    Instant oldest = edges.get(edges.size() - 1).originTs();
    Object[] uuids = edges.stream().map(Position::messageUuid).toArray();
    try (PreparedStatement statement = connection.prepareStatement(FIND_ROWS)) {
      statement.setArray(1, Rows.array(connection, "uuid", uuids));
      Rows.time(statement, 2, oldest);
      Rows.time(statement, 3, newest);
      collect(statement, found);
    }
    if (found.size() < edges.size() && oldest.equals(Instant.EPOCH)) {
      try (PreparedStatement statement = connection.prepareStatement(FIND_ROWS_WITHOUT_TIME)) {
        statement.setArray(1, Rows.array(connection, "uuid", uuids));
        collect(statement, found);
      }
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
