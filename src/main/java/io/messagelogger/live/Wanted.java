package io.messagelogger.live;

import io.messagelogger.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a client wants: those that have, in each place that is named, one of its names.
 * Immutable.
 */
record Wanted(Map<Place, List<String>> names) {
  /** Every message. */
  static final Wanted ALL = new Wanted(Map.of());

  Wanted {
    names = Map.copyOf(names);
  }

  /** Where a message has names. In the order in which they tell the most. */
  enum Place {
    TOPIC,
    SOURCE,
    DESTINATION,
    SUBJECT,
    TYPE;

    /** The name of the parameter. */
    String parameter() {
      return name().toLowerCase(Locale.ROOT);
    }

    List<String> names(Message message) {
      List<String> names = new ArrayList<>();
      switch (this) {
        case TOPIC -> add(names, message.topic());
        case TYPE -> add(names, message.messageType());
        case SOURCE -> add(names, message.sourceSubjectId());
        case DESTINATION -> addAll(names, message.destinationSubjectIds());
        case SUBJECT -> {
          add(names, message.sourceSubjectId());
          addAll(names, message.destinationSubjectIds());
        }
      }
      return names;
    }

    private static void add(List<String> names, @Nullable String name) {
      if (name != null) {
        names.add(name);
      }
    }

    private static void addAll(List<String> names, @Nullable List<String> some) {
      if (some != null) {
        some.forEach(name -> add(names, name)); // rows of the Python service may hold a null
      }
    }
  }

  /** A name in a place. */
  record Term(Place place, String name) {}

  boolean matches(Message message) {
    return names.entrySet().stream()
        .allMatch(
            entry -> entry.getKey().names(message).stream().anyMatch(entry.getValue()::contains));
  }

  /** Of which a message must hold one to be wanted; none when that cannot be said. */
  List<Term> terms() {
    for (Place place : Place.values()) {
      if (names.containsKey(place)) {
        return names.getOrDefault(place, List.of()).stream()
            .map(name -> new Term(place, name))
            .toList();
      }
    }
    return List.of();
  }

  /** What a message holds of all that may be asked for. */
  static List<Term> of(Message message) {
    List<Term> terms = new ArrayList<>();
    for (Place place : Place.values()) {
      place.names(message).forEach(name -> terms.add(new Term(place, name)));
    }
    return terms;
  }
}
