package io.messagelogger.access;

import io.messagelogger.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a reader may see: those in which one of its subjects is the source or a
 * destination. A message outside of it is, to this reader, one that does not exist. Immutable.
 *
 * @param subjects names, or prefixes that end in {@code *}; null for every message
 */
public record Scope(@Nullable List<String> subjects) {
  /** Every message. */
  public static final Scope ALL = new Scope(null);

  /** Makes the list its own; a {@code *} alone stands for every message. */
  public Scope {
    subjects = subjects == null || subjects.contains("*") ? null : List.copyOf(subjects);
  }

  /** Whether every message is inside. */
  public boolean all() {
    return subjects == null;
  }

  /** Whether a subject is one of those that the reader may see the messages of. */
  public boolean holds(String subject) {
    return subjects == null || subjects.stream().anyMatch(name -> holds(name, subject));
  }

  private static boolean holds(String name, String subject) {
    return name.endsWith("*")
        ? subject.startsWith(name.substring(0, name.length() - 1))
        : subject.equals(name);
  }

  /** Whether the reader may see a message. */
  public boolean holds(Message message) {
    String source = message.sourceSubjectId();
    if (all() || (source != null && holds(source))) {
      return true;
    }
    List<String> destinations = message.destinationSubjectIds();
    return destinations != null && destinations.stream().anyMatch(this::holds);
  }
}
