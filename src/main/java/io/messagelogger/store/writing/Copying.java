package io.messagelogger.store.writing;

import io.messagelogger.message.Message;
import io.messagelogger.store.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Copies messages into their tables in binary, on the connection of a batch: all of them, or none.
 * COPY ends at the first row that is there already; what it has taken is taken back then, by a
 * savepoint, and somebody else has to find out which rows are new. Used by one thread.
 */
final class Copying {
  private static final Logger LOG = Logger.getLogger(Copying.class.getName());

  private static final String COPY_KEYS =
      "COPY message_key (message_uuid, origin_ts, source_subject_id, topic, message_type)"
          + " FROM STDIN (FORMAT binary)";

  private static final String COPY_MESSAGES =
      "COPY message_exchange (" + Rows.COLUMNS + ") FROM STDIN (FORMAT binary)";

  private static final String COPY_RECIPIENTS =
      "COPY message_destination (subject_id, origin_ts, message_uuid) FROM STDIN (FORMAT binary)";

  private static final String THERE_ALREADY = "23505";

  /**
   * What COPY cannot do (row-level security, views, 0A), or INSERT may do better: a type that was
   * changed meanwhile. Where the message is to blame, INSERT says so.
   */
  private static final Set<String> NOT_BY_COPY = Set.of("0A", "22", "42");

  /**
   * With which Citus passes on whatever a node has refused in a COPY, a row that is there already
   * too. INSERT then says what it is, by the node's own code.
   */
  private static final String OF_ANOTHER_NODE = "XX000";

  private final Connection connection;

  Copying(Connection connection) {
    this.connection = connection;
  }

  /**
   * Takes the keys of messages, and stores their rows and recipients.
   *
   * @param sorted in the order in which all writers take keys; each uuid once
   * @return false, and nothing is done, when one of them has a key or a row already
   */
  boolean all(Collection<Incoming> sorted) throws SQLException {
    return orNothing(
        () -> keys(sorted) == sorted.size() && messages(sorted) == sorted.size() && link(sorted));
  }

  /**
   * Stores the rows and recipients of messages whose keys are taken.
   *
   * @return false, and nothing is done, when one of them has a row already
   */
  boolean rows(Collection<Incoming> fresh) throws SQLException {
    return orNothing(() -> messages(fresh) == fresh.size() && link(fresh));
  }

  /** Copies, and answers whether all was taken. */
  @FunctionalInterface
  private interface Step {
    boolean complete() throws SQLException;
  }

  private boolean orNothing(Step step) throws SQLException {
    execute("SAVEPOINT before_copy");
    boolean complete = false;
    try {
      complete = step.complete();
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (!state.equals(THERE_ALREADY)
          && !state.equals(OF_ANOTHER_NODE)
          && !NOT_BY_COPY.contains(state.substring(0, 2))) {
        throw e;
      }
      LOG.log(Level.FINE, "A batch is inserted, not copied, SQLSTATE {0}", state);
    }
    if (!complete) {
      execute("ROLLBACK TO SAVEPOINT before_copy");
    }
    execute("RELEASE SAVEPOINT before_copy");
    return complete;
  }

  private void execute(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private long keys(Collection<Incoming> sorted) throws SQLException {
    try (BinaryCopy copy = new BinaryCopy(connection, COPY_KEYS, 5)) {
      for (Incoming incoming : sorted) {
        Message message = incoming.message();
        copy.row()
            .uuid(message.messageUuid())
            .time(message.originTs())
            .text(message.sourceSubjectId())
            .text(message.topic())
            .text(message.messageType());
      }
      return copy.end();
    }
  }

  private long messages(Collection<Incoming> fresh) throws SQLException {
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

  /**
   * Links the recipients to their messages. Always true; those that a row has left behind which
   * somebody has deleted are an error, as a row that is there.
   */
  private boolean link(Collection<Incoming> fresh) throws SQLException {
    try (BinaryCopy copy = new BinaryCopy(connection, COPY_RECIPIENTS, 3)) {
      for (Incoming incoming : fresh) {
        Message message = incoming.message();
        for (String subject : recipients(message)) {
          copy.row().text(subject).time(message.originTs()).uuid(message.messageUuid());
        }
      }
      copy.end();
      return true;
    }
  }

  /** Each once. */
  static Collection<String> recipients(Message message) {
    List<String> all = message.destinationSubjectIds();
    return all == null ? List.of() : all.size() == 1 ? all : new LinkedHashSet<>(all);
  }
}
