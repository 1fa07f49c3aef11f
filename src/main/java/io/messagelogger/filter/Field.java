package io.messagelogger.filter;

import io.messagelogger.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A part of a message that holds names, each a parameter of the same name. */
public enum Field {
  /** Who sent or received it. */
  SUBJECT,
  /** Who sent it. */
  SOURCE,
  /** Who received it. */
  DESTINATION,
  /** Its topic. */
  TOPIC,
  /** Its {@code message_type}. */
  TYPE;

  /** The name of the parameter. */
  public String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The names that a message has here; none when it has none. */
  public List<String> names(Message message) {
    return switch (this) {
      case SUBJECT -> {
        List<String> subjects = new ArrayList<>(one(message.sourceSubjectId()));
        subjects.addAll(DESTINATION.names(message));
        yield subjects;
      }
      case SOURCE -> one(message.sourceSubjectId());
      case DESTINATION -> {
        List<String> destinations = message.destinationSubjectIds();
        // Rows of the Python service may hold a null among them.
        yield destinations == null
            ? List.of()
            : destinations.stream().filter(Objects::nonNull).toList();
      }
      case TOPIC -> one(message.topic());
      case TYPE -> one(message.messageType());
    };
  }

  private static List<String> one(@Nullable String name) {
    return name == null ? List.of() : List.of(name);
  }
}
