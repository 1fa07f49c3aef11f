package io.messagelogger.store.writing;

import io.messagelogger.message.Message;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * A message about which nothing is special, written and rolled back: when the database refuses it
 * too, it is not a message's fault that it is refused. Thread-safe.
 */
@ApplicationScoped
public class Canary {
  private final BatchWriter writer;

  /** A canary of this writer's database. */
  @Inject
  public Canary(BatchWriter writer) {
    this.writer = writer;
  }

  /**
   * Writes the message, and always ends in an exception, so that nothing of it stays.
   *
   * @throws Survived when the database takes it
   * @throws SQLException when the database refuses it or fails
   */
  @Transactional(rollbackOn = Exception.class)
  public void fly() throws SQLException, Survived {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Message message =
        new Message(
            UUID.randomUUID(),
            now,
            now,
            "{}",
            "canary",
            List.of("canary"),
            "canary",
            "canary",
            "{}");
    writer.write("canary", List.of(new Incoming(0, new byte[0], message)), List.of());
    throw new Survived();
  }

  /** The database has taken the message, which is rolled back. */
  public static final class Survived extends Exception {
    private static final long serialVersionUID = 1L;

    Survived() {
      super("the database takes messages", null, false, false);
    }
  }
}
