package io.messagelogger.store.letters;

import io.messagelogger.store.Query;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant. Immutable.
 *
 * @param kind those of this kind only; null for all
 * @param reason those whose reason contains this text, in any case; null for all
 * @param state whether they are open
 */
public record LetterSelection(
    DeadLetter.@Nullable Kind kind, @Nullable String reason, State state) {

  /** Whether letters are open, or were put back into the queue and have not come again. */
  public enum State {
    /** Never retried, or come back since. */
    OPEN,
    /** Put back into the queue and not come back. */
    RETRIED,
    /** Open or retried. */
    ALL
  }

  /** Adds the conditions of this selection to a statement that has one already. */
  Query conditions(Query query) {
    switch (state) {
      case OPEN -> query.add(" AND retried_at IS NULL");
      case RETRIED -> query.add(" AND retried_at IS NOT NULL");
      case ALL -> {}
    }
    if (kind != null) {
      query.add(" AND kind = ?", kind.text());
    }
    if (reason != null) {
      // Reasons are stored like that, and text cannot hold NUL.
      String text = reason.replace('\0', '\u2400');
      query.add(" AND reason ILIKE ?", "%" + text.replaceAll("([\\\\%_])", "\\\\$1") + "%");
    }
    return query;
  }

  /** Whether an index holds just the letters that are meant, in order. */
  boolean indexed() {
    return reason == null && (state == State.OPEN || (state == State.ALL && kind == null));
  }
}
