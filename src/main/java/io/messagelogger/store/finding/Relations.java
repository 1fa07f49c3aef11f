package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Criterion;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.Part;
import io.messagelogger.filter.Word;
import io.messagelogger.message.JsonNode;
import io.messagelogger.message.Message;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.Position;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Messages that belong together: those whose metadata has the same value under one of the keys of
 * RELATED_KEYS, and those that name each other's uuid there. No index has metadata, so it looks at
 * a bounded number of messages before and after. Thread-safe.
 */
@ApplicationScoped
public class Relations {
  private static final int LIMIT = 250;
  private static final Duration REACH = Duration.ofDays(1);

  /** About how many characters of messages are read in each direction, and some more. */
  private static final long MOST = 8 << 20;

  /** W3C Trace Context, 3.2: version, trace, span and flags. */
  private static final Pattern PARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

  private static final Pattern TRACE = Pattern.compile("[0-9a-f]{32}");

  private final MessageFinder finder;
  private final List<String> keys;

  /** Looks with this finder. */
  @Inject
  public Relations(MessageFinder finder, Settings settings) {
    this.finder = finder;
    this.keys = settings.list(Setting.RELATED_KEYS);
  }

  /**
   * What was found.
   *
   * @param messages oldest first
   * @param from since which time it was looked; null when that is the whole day before
   * @param to until which time it was looked; null when that is the whole day after
   */
  public record Related(List<Message> messages, @Nullable Instant from, @Nullable Instant to) {}

  /** A message and those that belong to it. */
  public Related of(Message message, Scope scope) {
    Instant time = message.originTs() == null ? Instant.EPOCH : message.originTs();
    List<List<Criterion>> alternatives = new ArrayList<>();
    Set<String> traces = traces(message);
    Map<UUID, Message> related = new TreeMap<>();
    related.put(message.messageUuid(), message);
    JsonNode metadata =
        message.messageMetadata() == null
            ? JsonNode.Literal.NULL
            : JsonNode.of(message.messageMetadata());
    for (String key : keys) {
      alternatives.add(List.of(at(key, message.messageUuid().toString())));
      metadata
          .at(List.of(key))
          .ifPresent(
              value -> {
                String text = text(value);
                if (!text.isEmpty()) {
                  alternatives.add(List.of(at(key, text)));
                  named(text, scope, related);
                }
              });
    }
    Filter same = Filter.of(new Criterion.AnyOf(List.copyOf(alternatives)));
    // A trace is part of a value, too, which no criterion has: the word may be anywhere.
    traces.forEach(
        trace -> alternatives.add(List.of(new Criterion.Words(List.of(new Word(trace))))));
    Predicate<Message> belongs =
        found -> same.matches(found) || traces(found).stream().anyMatch(traces::contains);
    Filter filter =
        Filter.of(
            new Criterion.AnyOf(alternatives),
            new Criterion.Since(time.minus(REACH)),
            new Criterion.Until(time.plus(REACH)));
    Position here = new Position(time, message.messageUuid());
    MessageFinder.Page before = finder.search(filter, scope, Order.NEWEST, here, false, LIMIT);
    MessageFinder.Page after = finder.search(filter, scope, Order.OLDEST, here, false, LIMIT);
    Instant from = take(before, belongs, related);
    Instant to = take(after, belongs, related);
    List<Message> sorted =
        related.values().stream()
            .sorted(
                Comparator.comparing(
                        (Message m) -> m.originTs() == null ? Instant.EPOCH : m.originTs())
                    .thenComparing(m -> m.messageUuid().toString()))
            .toList();
    return new Related(sorted, from, to);
  }

  /**
   * Takes what was found, while there is not too much of it.
   *
   * @return where that ended; null at the end
   */
  private static @Nullable Instant take(
      MessageFinder.Page page, Predicate<Message> belongs, Map<UUID, Message> related) {
    long weight = 0;
    Message last = null;
    for (Iterator<List<Message>> slices = page.slices(); slices.hasNext(); ) {
      if (last != null && weight > MOST) {
        return last.originTs() == null ? Instant.EPOCH : last.originTs();
      }
      List<Message> slice = slices.next();
      for (Message found : slice) {
        if (belongs.test(found)) {
          related.put(found.messageUuid(), found);
        }
        last = found;
      }
      weight += Slices.weight(slice);
    }
    Position next = page.next();
    return next == null ? null : next.originTs();
  }

  /** The message whose uuid a value is. */
  private void named(String text, Scope scope, Map<UUID, Message> related) {
    UUID uuid = MessageReader.uuid(text);
    if (uuid != null) {
      finder.find(uuid, scope).ifPresent(found -> related.put(uuid, found));
    }
  }

  private static Criterion at(String key, String text) {
    return new Criterion.At(Part.METADATA, List.of(key), List.of(text));
  }

  /** The traces that a message names, in a traceparent or by themselves. */
  private Set<String> traces(Message message) {
    Set<String> traces = new TreeSet<>();
    if (message.messageMetadata() != null) {
      JsonNode metadata = JsonNode.of(message.messageMetadata());
      for (String key : keys) {
        String text = metadata.at(List.of(key)).map(Relations::text).orElse("");
        Matcher parent = PARENT.matcher(text);
        if (parent.matches()) {
          traces.add(parent.group(1));
        } else if (TRACE.matcher(text).matches()) {
          traces.add(text);
        }
      }
    }
    return traces;
  }

  private static String text(JsonNode value) {
    if (value instanceof JsonNode.Text text) {
      return text.text();
    }
    return value instanceof JsonNode.Numeric ? value.printed() : "";
  }
}
