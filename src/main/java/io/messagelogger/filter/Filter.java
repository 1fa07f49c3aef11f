package io.messagelogger.filter;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which messages are meant: those for which everything that is not null holds. Immutable.
 *
 * @param subject who sent or received it
 * @param source who sent it
 * @param destination who received it
 * @param topic its topic
 * @param type its type
 * @param since its time is not before this one
 * @param until its time is before this one
 */
public record Filter(
    @Nullable String subject,
    @Nullable String source,
    @Nullable String destination,
    @Nullable String topic,
    @Nullable String type,
    @Nullable Instant since,
    @Nullable Instant until) {

  /** All messages of a subject. */
  public static Filter subject(String subject) {
    return new Filter(subject, null, null, null, null, null, null);
  }
}
