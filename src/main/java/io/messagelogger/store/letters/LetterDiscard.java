package io.messagelogger.store.letters;

import io.messagelogger.store.Database;
import io.messagelogger.store.Query;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;

/**
 * Discards dead letters for good, which is recorded. Every method throws {@link
 * io.messagelogger.store.StoreUnavailableException} when the database does not answer. Thread-safe.
 */
@ApplicationScoped
public class LetterDiscard {
  // One statement, so that of two who discard at the same time only one is on record.
  private static final String GONE =
      "WITH gone AS (DELETE FROM dead_letter WHERE dead_letter_id = ANY (?)";

  private static final String RECORD =
      """
       RETURNING *)
      INSERT INTO dead_letter_action (action, dead_letter_id, sha256, kind, reason, bytes, occurrences)
      SELECT 'discard', dead_letter_id, sha256, kind, reason, bytes, occurrences FROM gone
      """;

  private final Database database;

  /** The letters of this database. */
  @Inject
  public LetterDiscard(Database database) {
    this.database = database;
  }

  /** Discards a letter; false when there is none with this number. */
  @Transactional(rollbackOn = Exception.class)
  public boolean discard(long id) {
    Query query = new Query().add(GONE, new Query.Longs(List.of(id))).add(RECORD);
    return database.ask(query::update) == 1;
  }

  /**
   * Discards those of these letters that are selected and have not come again since.
   *
   * @param until the time since which they must not have come
   * @return how many it was
   */
  @Transactional(rollbackOn = Exception.class)
  public int discard(List<Long> ids, LetterSelection selection, Instant until) {
    Query query = new Query().add(GONE, new Query.Longs(ids)).add(" AND last_seen <= ?", until);
    return database.ask(selection.conditions(query).add(RECORD)::update);
  }
}
