package io.messagelogger.store.letters;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import io.messagelogger.store.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters on their way back into the queue. Thread-safe.
 *
 * <p>A letter that is retried stays, no longer open, until it is discarded: the queue may be less
 * safe than the database. If its message is refused again, it is open again.
 */
@ApplicationScoped
public class LetterRequeue {
  private static final String LOCK =
      "SELECT bytes, retried_at FROM dead_letter WHERE dead_letter_id = ? FOR UPDATE";

  private static final String RETRIED =
      "UPDATE dead_letter SET retried_at = now(), retries = retries + 1 WHERE dead_letter_id = ?";

  private static final String RECORD =
      """
      INSERT INTO dead_letter_action (action, dead_letter_id, sha256, kind, reason, bytes, occurrences)
      SELECT 'retry', dead_letter_id, sha256, kind, reason, bytes, occurrences
        FROM dead_letter WHERE dead_letter_id = ?
      """;

  private final Database database;
  private final int maxMessageBytes;

  /** The letters of this database. */
  @Inject
  public LetterRequeue(Database database, Settings settings) {
    this.database = database;
    this.maxMessageBytes = settings.count(Setting.MAX_MESSAGE_BYTES);
  }

  /** How a retry ended. */
  public enum Retry {
    /** The message is in the queue, and that is recorded. */
    QUEUED,
    /** There is no such letter. */
    GONE,
    /** It was retried before and has not come back. */
    RETRIED_BEFORE,
    /** It has more bytes than a message may have. */
    TOO_LARGE
  }

  /** A letter that is locked. */
  private record Locked(long bytes, @Nullable Instant retriedAt) {}

  /**
   * Puts the message of a letter back into the queue. The letter is locked while that is done, and
   * changed after it: when the message is refused again at once, that waits for this and opens the
   * letter again. If the change cannot be committed, the letter stays open and its message is in
   * the queue as well, which does no harm: a message is stored once.
   *
   * @param push puts bytes into the queue; what it throws leaves the letter as it was
   * @param again whether a letter that was retried and has not come back is retried too
   * @throws io.messagelogger.store.StoreUnavailableException when the database does not answer
   */
  @Transactional(rollbackOn = Exception.class)
  public Retry retry(long id, Consumer<byte[]> push, boolean again) {
    return database.ask(
        connection -> {
          Optional<Locked> letter = lock(connection, id);
          if (letter.isEmpty()) {
            return Retry.GONE;
          }
          long bytes = letter.get().bytes();
          if (bytes > maxMessageBytes) {
            return Retry.TOO_LARGE;
          }
          if (!again && letter.get().retriedAt() != null) {
            return Retry.RETRIED_BEFORE;
          }
          push.accept(new LetterPayload(id, bytes).whole(connection));
          new Query().add(RETRIED, id).update(connection);
          new Query().add(RECORD, id).update(connection);
          return Retry.QUEUED;
        });
  }

  private static Optional<Locked> lock(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement = new Query().add(LOCK, id).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      return rows.next()
          ? Optional.of(new Locked(rows.getLong(1), Rows.instant(rows, 2)))
          : Optional.empty();
    }
  }
}
