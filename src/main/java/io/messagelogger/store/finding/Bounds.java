package io.messagelogger.store.finding;

import io.messagelogger.filter.Filter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The times that messages must have. Immutable.
 *
 * @param since not before this one; null for no bound
 * @param until before this one; null for no bound
 */
record Bounds(@Nullable Instant since, @Nullable Instant until) {
  static Bounds of(Filter filter) {
    return new Bounds(filter.since().orElse(null), filter.until().orElse(null));
  }
}
