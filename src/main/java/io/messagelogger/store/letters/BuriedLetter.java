package io.messagelogger.store.letters;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it is stored. Immutable; the bytes are not to be changed.
 *
 * @param id its number
 * @param kind what kind of reason it is
 * @param reason why it cannot be stored, in plain words
 * @param sqlState the SQLSTATE when the database refused it; null when it was not asked
 * @param attempts how many times storing it was tried when it last came
 * @param occurrences how often it came
 * @param firstSeen when it came first
 * @param lastSeen when it came last
 * @param bytes how many bytes it has
 * @param sha256 the SHA-256 of its bytes
 * @param retries how often it was put back into the queue
 * @param retriedAt when it was last; null when it is open: it never was, or has come back
 * @param head its first bytes
 */
public record BuriedLetter(
    long id,
    DeadLetter.Kind kind,
    String reason,
    @Nullable String sqlState,
    int attempts,
    long occurrences,
    Instant firstSeen,
    Instant lastSeen,
    long bytes,
    byte[] sha256,
    int retries,
    @Nullable Instant retriedAt,
    byte[] head) {

  /** Nobody has put it back into the queue since it last came. */
  public boolean open() {
    return retriedAt == null;
  }
}
