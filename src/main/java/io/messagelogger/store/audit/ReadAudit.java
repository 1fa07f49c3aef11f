package io.messagelogger.store.audit;

import io.messagelogger.access.Reading;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Database;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Records each question for messages before it is answered, where AUDIT_READS is on. Thread-safe.
 */
@ApplicationScoped
public class ReadAudit {
  private static final Logger LOG = Logger.getLogger(ReadAudit.class.getName());
  private static final String ASKED =
      "INSERT INTO message_read_audit (reader, method, question) VALUES (?, ?, ?) RETURNING read_id";
  private static final String ENDED =
      "UPDATE message_read_audit SET rows_read = ?, ended_at = now() WHERE read_id = ?";

  private final Database database;
  private final boolean on;

  /** Records in the database. */
  @Inject
  public ReadAudit(Database database, Settings settings) {
    this.database = database;
    this.on = settings.on(Setting.AUDIT_READS);
  }

  /** Whether questions are recorded. */
  public boolean on() {
    return on;
  }

  /**
   * Records a question.
   *
   * @param reader who asks; null for anyone
   * @return what is shown, whose end is recorded too
   * @throws StoreUnavailableException when it is not recorded; then it must not be answered
   */
  public Reading asked(@Nullable String reader, String method, String question) {
    long number = insert(reader, method, question);
    return new Reading(rows -> ended(number, rows));
  }

  private long insert(@Nullable String reader, String method, String question) {
    return database.ask(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(ASKED)) {
            statement.setString(1, storable(reader));
            statement.setString(2, method);
            statement.setString(3, storable(question));
            try (ResultSet rows = statement.executeQuery()) {
              rows.next();
              return rows.getLong(1);
            }
          }
        });
  }

  private void ended(long number, long rows) {
    try {
      database.ask(
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ENDED)) {
              statement.setLong(1, rows);
              statement.setLong(2, number);
              return statement.executeUpdate();
            }
          });
    } catch (StoreUnavailableException e) {
      LOG.log(
          Level.WARNING,
          "Question {0} is recorded without its number of messages, {1}: {2}",
          new Object[] {number, rows, e.getMessage()});
    }
  }

  /** PostgreSQL has no text with NUL. */
  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\ufffd');
  }
}
