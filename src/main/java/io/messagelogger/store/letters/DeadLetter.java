package io.messagelogger.store.letters;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of a claim that cannot be stored.
 *
 * @param position its place in the claim, from 0
 * @param payload its bytes as they were queued, not to be changed
 * @param kind what kind of reason it is
 * @param reason why, in plain words
 * @param sqlState the SQLSTATE when the database refused it; null when it was not asked
 * @param attempts how many times storing it was tried, at least 1
 */
public record DeadLetter(
    int position,
    byte[] payload,
    Kind kind,
    String reason,
    @Nullable String sqlState,
    int attempts) {

  /** Kinds of reasons. */
  public enum Kind {
    /** It is no message: no JSON, or against a rule of the service. */
    INVALID,
    /** It is larger than a message may be. */
    TOO_LARGE,
    /** Another message is stored under its uuid. */
    CONFLICT,
    /** The database refuses it, alone, while it takes others. */
    REFUSED,
    /** The server died each time it was tried, at last alone. */
    FATAL;

    /** The kind as it is stored and shown: lower case, with hyphens. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of this text; empty when there is none. */
    public static Optional<Kind> of(String text) {
      return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
  }
}
