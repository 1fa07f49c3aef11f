package io.messagelogger.store.writing;

import io.messagelogger.store.Database;
import io.messagelogger.store.letters.Burial;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.letters.PieceSource;
import io.messagelogger.store.rollup.Marks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes a batch in one transaction: keys, rows, edges, dead letters. Thread-safe: any number of
 * batches at the same time, on any number of servers.
 *
 * <p>The key table arbitrates. Inserting a key either takes it or finds that it is taken; whoever
 * takes it stores the row, so that a row that is there already is the exception: one that somebody
 * else has written. Most batches hold nothing that is known, so a batch is first copied whole; when
 * a key or a row of it is there, that is taken back and the keys are taken one by one. A writer
 * that meets a key of a transaction still open waits for its end. All writers take keys in
 * ascending order, so they cannot wait for each other in a circle.
 */
@ApplicationScoped
public class BatchWriter {
  private final Database database;

  /** Batches that are still to be inserted, as one before had messages that were stored. */
  private final AtomicInteger insertsLeft = new AtomicInteger();

  /** Writes to this database. */
  @Inject
  public BatchWriter(Database database) {
    this.database = database;
  }

  /**
   * Stores messages and dead letters. When it returns, they are committed and accounted for.
   *
   * @param claim the claim that they came in, the same for every try
   * @throws SQLException when the database refused or failed; nothing of the batch is stored then,
   *     unless the failure was the commit's own, when it may be
   */
  @Transactional(rollbackOn = Exception.class)
  public Outcome write(String claim, List<Incoming> messages, List<DeadLetter> refused)
      throws SQLException {
    try (Connection connection = database.connection()) {
      Batch batch =
          new Batch(
              connection,
              database.layout(),
              database.copies(),
              claim,
              insertsLeft,
              database.expiry().orElse(Instant.MIN));
      Outcome outcome = batch.write(messages, refused);
      Marks.mark(connection, batch.changed(), database.now());
      int claimed = messages.size() + refused.size();
      if (outcome.total() != claimed) {
        throw new IllegalStateException(
            "%d messages were claimed, but %d are accounted for"
                .formatted(claimed, outcome.total()));
      }
      return outcome;
    }
  }

  /**
   * Makes a dead letter of a message that is too large, in bounded memory.
   *
   * @param claim the claim that it came in alone, the same for every try
   * @throws SQLException when the database refused or failed
   */
  @Transactional(rollbackOn = Exception.class)
  public void bury(String claim, PieceSource payload, String reason) throws SQLException {
    try (Connection connection = database.connection()) {
      new Burial(connection, claim).bury(payload, reason);
    }
  }
}
