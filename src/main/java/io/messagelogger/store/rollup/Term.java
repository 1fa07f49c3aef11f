package io.messagelogger.store.rollup;

import org.jspecify.annotations.Nullable;

/**
 * What a group of messages has in common: a name, or a sender and a recipient. Immutable.
 *
 * @param first the name, or the sender; null when messages have none
 * @param second the recipient; null when there is none, or when the group is not one of pairs
 */
public record Term(@Nullable String first, @Nullable String second) {
  /** The group of all messages. */
  static final Term ALL = new Term(null, null);

  /** What has this name. */
  public static Term of(@Nullable String name) {
    return new Term(name, null);
  }
}
