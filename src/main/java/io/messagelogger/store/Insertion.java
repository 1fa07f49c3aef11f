package io.messagelogger.store;

import io.messagelogger.message.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Stores rows whose keys are taken, and their recipients, on the connection of a batch. Used by one
 * thread.
 *
 * <p>The rows are copied. When one of them turns out to be there already, which a free key makes
 * rare, or the table cannot be copied into, what was copied is taken back and the rows are inserted
 * by statements that tell which of them are new.
 */
final class Insertion {
  private static final Logger LOG = Logger.getLogger(Insertion.class.getName());

  /** Binary values are not converted: a column of another type gets them by INSERT. */
  private static final String EXACT_TYPES =
      """
      SELECT count(*) = 9 FROM pg_attribute
       WHERE attrelid = 'message_exchange'::regclass AND NOT attisdropped
         AND (attname, format_type(atttypid, NULL)) IN (
           ('message_uuid', 'uuid'),
           ('origin_ts', 'timestamp with time zone'), ('ack_ts', 'timestamp with time zone'),
           ('message_data', 'jsonb'), ('message_metadata', 'jsonb'),
           ('source_subject_id', 'text'), ('source_subject_id', 'character varying'),
           ('destination_subject_ids', 'text[]'), ('destination_subject_ids', 'character varying[]'),
           ('topic', 'text'), ('topic', 'character varying'),
           ('message_type', 'text'), ('message_type', 'character varying'))
      """;

  private static final String COPY_MESSAGES =
      "COPY message_exchange (" + Rows.COLUMNS + ") FROM STDIN (FORMAT binary)";

  private static final String COPY_RECIPIENTS =
      "COPY message_destination (subject_id, origin_ts, message_uuid) FROM STDIN (FORMAT binary)";

  /** A row that is there already, and what COPY cannot do (row-level security, views). */
  private static final Set<String> NOT_BY_COPY = Set.of("23505", "0A000", "42809");

  private static final String ROW = "(?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?::jsonb)";

  private static final String INSERT_MESSAGES =
      "INSERT INTO message_exchange (" + Rows.COLUMNS + ") VALUES " + ROW;

  /** Who answers with the rows that it took tells which it did not. */
  private static final String WHAT_IS_NEW = " ON CONFLICT DO NOTHING RETURNING message_uuid";

  /** Statements are of 128, 64, 32 ... rows, so that there are few of them to be prepared. */
  private static final int ROWS_A_STATEMENT = 128;

  private static final String INSERT_EDGES =
      """
      INSERT INTO message_destination (subject_id, origin_ts, message_uuid)
      SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::uuid[])
      ON CONFLICT DO NOTHING
      """;

  private static final int EDGES_A_STATEMENT = 10_000;

  private final Connection connection;
  private final boolean copies;

  /**
   * Works on a connection.
   *
   * @param copies whether the rows may be copied, as {@link #copies(Connection)} says
   */
  Insertion(Connection connection, boolean copies) {
    this.connection = connection;
    this.copies = copies;
  }

  /** Whether the table's columns are of the types that rows are copied in. */
  static boolean copies(Connection connection) throws SQLException {
    return "t".equals(Database.ask(connection, EXACT_TYPES));
  }

  /**
   * Stores those of which there is no row yet. There may be one of a message whose key was free:
   * the Python service's, or one that retention has not come to.
   *
   * @return those that were not stored: there is a row, or a trigger has dropped them in silence
   */
  List<Incoming> store(List<Incoming> fresh) throws SQLException {
    if (fresh.isEmpty() || (copies && copy(fresh))) {
      return new ArrayList<>();
    }
    return insert(fresh);
  }

  /** False, and nothing is done, when some of the rows have to be left out. */
  private boolean copy(List<Incoming> fresh) throws SQLException {
    execute("SAVEPOINT before_copy");
    try {
      if (copyRows(fresh) == fresh.size()) {
        copyRecipients(fresh);
        return true;
      }
    } catch (SQLException e) {
      if (!NOT_BY_COPY.contains(e.getSQLState())) {
        throw e;
      }
      LOG.log(Level.FINE, "A batch is inserted, not copied", e);
    }
    execute("ROLLBACK TO SAVEPOINT before_copy");
    return false;
  }

  private void execute(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private long copyRows(List<Incoming> fresh) throws SQLException {
    try (BinaryCopy copy = new BinaryCopy(connection, COPY_MESSAGES, 9)) {
      for (Incoming incoming : fresh) {
        Message message = incoming.message();
        copy.row()
            .uuid(message.messageUuid())
            .time(message.originTs())
            .time(message.ackTs())
            .json(message.messageData())
            .text(message.sourceSubjectId())
            .texts(message.destinationSubjectIds())
            .text(message.topic())
            .text(message.messageType())
            .json(message.messageMetadata());
      }
      return copy.end();
    }
  }

  private void copyRecipients(List<Incoming> fresh) throws SQLException {
    try (BinaryCopy copy = new BinaryCopy(connection, COPY_RECIPIENTS, 3)) {
      for (Incoming incoming : fresh) {
        Message message = incoming.message();
        for (String subject : recipients(message)) {
          copy.row().text(subject).time(message.originTs()).uuid(message.messageUuid());
        }
      }
      copy.end();
    }
  }

  /** Each once. */
  private static Collection<String> recipients(Message message) {
    List<String> all = message.destinationSubjectIds();
    return all == null ? List.of() : all.size() == 1 ? all : new LinkedHashSet<>(all);
  }

  private List<Incoming> insert(List<Incoming> fresh) throws SQLException {
    Set<UUID> inserted = new HashSet<>();
    for (int from = 0; from < fresh.size(); ) {
      int rows = Math.min(ROWS_A_STATEMENT, Integer.highestOneBit(fresh.size() - from));
      insertRows(fresh.subList(from, from + rows), inserted);
      from += rows;
    }
    List<Incoming> stored = new ArrayList<>(fresh.size());
    List<Incoming> left = new ArrayList<>();
    for (Incoming incoming : fresh) {
      (inserted.contains(incoming.message().messageUuid()) ? stored : left).add(incoming);
    }
    link(stored);
    return left;
  }

  /**
   * Inserts rows by one statement, so that the database tells which it took: it does not for the
   * statements of a JDBC batch that the driver joins.
   */
  private void insertRows(List<Incoming> some, Set<UUID> inserted) throws SQLException {
    String sql = INSERT_MESSAGES + (", " + ROW).repeat(some.size() - 1) + WHAT_IS_NEW;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (Incoming incoming : some) {
        Message message = incoming.message();
        statement.setObject(parameter++, message.messageUuid());
        Rows.time(statement, parameter++, message.originTs());
        Rows.time(statement, parameter++, message.ackTs());
        statement.setString(parameter++, message.messageData());
        statement.setString(parameter++, message.sourceSubjectId());
        Rows.texts(statement, parameter++, message.destinationSubjectIds());
        statement.setString(parameter++, message.topic());
        statement.setString(parameter++, message.messageType());
        statement.setString(parameter++, message.messageMetadata());
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          inserted.add(rows.getObject(1, UUID.class));
        }
      }
    }
  }

  /**
   * Links every recipient to its messages, some thousands at a time: a message may have 100,000
   * recipients.
   */
  private void link(List<Incoming> fresh) throws SQLException {
    List<String> subjects = new ArrayList<>();
    List<String> times = new ArrayList<>();
    List<UUID> uuids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(INSERT_EDGES)) {
      for (Incoming incoming : fresh) {
        Message message = incoming.message();
        String time = String.valueOf(message.originTs());
        for (String subject : recipients(message)) {
          subjects.add(subject);
          times.add(time);
          uuids.add(message.messageUuid());
          if (subjects.size() == EDGES_A_STATEMENT) {
            link(statement, subjects, times, uuids);
          }
        }
      }
      if (!subjects.isEmpty()) {
        link(statement, subjects, times, uuids);
      }
    }
  }

  private void link(
      PreparedStatement statement, List<String> subjects, List<String> times, List<UUID> uuids)
      throws SQLException {
    statement.setArray(1, Rows.array(connection, "text", subjects.toArray()));
    statement.setArray(2, Rows.array(connection, "text", times.toArray()));
    statement.setArray(3, Rows.array(connection, "uuid", uuids.toArray()));
    statement.executeUpdate();
    subjects.clear();
    times.clear();
    uuids.clear();
  }
}
