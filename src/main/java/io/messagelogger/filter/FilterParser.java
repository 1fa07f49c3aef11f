package io.messagelogger.filter;

import io.messagelogger.message.JsonNode;
import io.messagelogger.message.RejectedMessageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the criteria of a filter from the parameters of a request. Used by one thread. */
final class FilterParser {
  /** Values of a name in one request. */
  private static final int MAX_VALUES = 100;

  private static final int MAX_WORDS = 20;

  /** More than from the first time that there can be to the last. */
  private static final String A_WAIT = "a whole number of milliseconds from 0 to 99999999999999";

  private static final String MILLISECONDS = "\\d{1,14}";

  private final QueryParameters parameters;

  FilterParser(QueryParameters parameters) {
    this.parameters = parameters;
  }

  /**
   * The filter. What is wrong in it is noted, and left out.
   *
   * @param now what durations go back from
   */
  Filter filter(Instant now) {
    List<Criterion> criteria = new ArrayList<>();
    for (Field field : Field.values()) {
      named(field, criteria);
    }
    Instant since = parameters.time("since", now);
    Instant until = parameters.time("until", now);
    if (since != null) {
      criteria.add(new Criterion.Since(since));
    }
    if (until != null) {
      criteria.add(new Criterion.Until(until));
    }
    for (Part part : Part.values()) {
      containing(part, criteria);
      paths(part, criteria);
    }
    words(criteria);
    String ack = parameters.choice("ack", List.of("missing", "present"));
    if (ack != null) {
      criteria.add(new Criterion.Acknowledged(ack.equals("present")));
    }
    Duration least = milliseconds("min_ack_ms");
    Duration most = milliseconds("max_ack_ms");
    if (least != null || most != null) {
      criteria.add(new Criterion.AckTime(least, most));
    }
    return new Filter(criteria);
  }

  private void named(Field field, List<Criterion> criteria) {
    List<Name> meant = new ArrayList<>();
    List<Name> excluded = new ArrayList<>();
    for (String value : parameters.all(field.parameter(), MAX_VALUES, "a name, !name or prefix*")) {
      if (value.equals("!")) {
        parameters.fault(
            field.parameter(), value, "a name must follow the ! (a name that is ! is \\!)");
      } else if (value.startsWith("!")) {
        excluded.add(Name.of(value.substring(1)));
      } else {
        meant.add(Name.of(value));
      }
    }
    if (!meant.isEmpty()) {
      criteria.add(new Criterion.Named(field, false, meant));
    }
    if (!excluded.isEmpty()) {
      criteria.add(new Criterion.Named(field, true, excluded));
    }
  }

  private void containing(Part part, List<Criterion> criteria) {
    String json = parameters.once(part.parameter(), "JSON");
    if (json == null) {
      return;
    }
    try {
      JsonNode.checked(json);
      criteria.add(new Criterion.Containing(part, json));
    } catch (RejectedMessageException e) {
      parameters.fault(
          part.parameter(),
          json,
          "\"%s\" is not a JSON value that can be contained (as in {\"order\":{\"state\":\"paid\"}}): %s"
              .formatted(Fault.shown(json), e.explanation()));
    }
  }

  private void paths(Part part, List<Criterion> criteria) {
    String start = part.parameter() + ".";
    for (String name : List.copyOf(parameters.values().keySet())) {
      if (name.startsWith(start)) {
        List<String> given = parameters.all(name, MAX_VALUES, "a value");
        List<String> path = Paths.steps(name.substring(start.length()));
        if (path.contains("")) {
          parameters.fault(name, String.join(", ", given), "a step of the path is empty");
        } else if (!given.isEmpty()) {
          criteria.add(new Criterion.At(part, path, given));
        }
      }
    }
  }

  private void words(List<Criterion> criteria) {
    String text = parameters.once("q", "words");
    if (text == null) {
      return;
    }
    List<Word> words =
        Arrays.stream(text.split("\\s+")).filter(w -> !w.isEmpty()).map(Word::new).toList();
    if (words.isEmpty()) {
      parameters.fault("q", text, "must hold a word");
    } else if (words.size() > MAX_WORDS) {
      parameters.fault("q", text, "has more than " + MAX_WORDS + " words");
    } else {
      criteria.add(new Criterion.Words(words));
    }
  }

  private @Nullable Duration milliseconds(String name) {
    String text = parameters.once(name, A_WAIT);
    if (text == null) {
      return null;
    }
    if (!text.matches(MILLISECONDS)) {
      parameters.isNot(name, text, A_WAIT);
      return null;
    }
    return Duration.ofMillis(Long.parseLong(text));
  }
}
