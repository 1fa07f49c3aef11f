package io.messagelogger.api.messages;

import io.messagelogger.message.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages as a sequence diagram in the language of Mermaid. Of a message it keeps what is drawn
 * only. Used by one thread.
 */
final class Mermaid {
  private static final int SHOWN = 60;

  private final Map<String, String> names = new LinkedHashMap<>();
  private final StringBuilder arrows = new StringBuilder();

  /** Draws the next messages. */
  Mermaid add(List<Message> messages) {
    for (Message message : messages) {
      String source = alias(message.sourceSubjectId());
      List<String> destinations = message.destinationSubjectIds();
      if (destinations == null || destinations.isEmpty()) {
        arrows.append("  Note over %s: %s\n".formatted(source, label(message)));
        continue;
      }
      for (String destination : destinations) {
        String arrow = message.ackTs() == null ? "-)" : "->>";
        arrows.append(
            "  %s%s%s: %s\n".formatted(source, arrow, alias(destination), label(message)));
      }
    }
    return this;
  }

  /** All of the diagram. */
  String text() {
    StringBuilder diagram = new StringBuilder("sequenceDiagram\n");
    names.forEach(
        (name, alias) ->
            diagram.append("  participant %s as %s\n".formatted(alias, escaped(name))));
    return diagram.append(arrows).toString();
  }

  private String alias(@Nullable String name) {
    return names.computeIfAbsent(name == null ? "unknown" : name, n -> "s" + (names.size() + 1));
  }

  private static String label(Message message) {
    String kind = message.messageType() == null ? message.topic() : message.messageType();
    return escaped(kind == null ? "message" : kind)
        + " "
        + (message.originTs() == null ? "" : message.originTs());
  }

  /** Characters that mean something to Mermaid, as its entities; not too many. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .limit(SHOWN)
        .forEach(
            c -> {
              boolean plain = Character.isLetterOrDigit(c) || " -_./@".indexOf(c) >= 0;
              if (plain) {
                escaped.appendCodePoint(c);
              } else {
                escaped.append('#').append(c).append(';');
              }
            });
    return escaped.isEmpty() ? "#32;" : escaped.toString();
  }
}
