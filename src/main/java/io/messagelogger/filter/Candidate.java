package io.messagelogger.filter;

import io.messagelogger.message.JsonNode;
import io.messagelogger.message.Message;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message that filters are held against. What they need of its JSON is parsed once, when the
 * first asks for it. Thread-safe: two threads may parse at the same time, to the same result.
 */
public final class Candidate {
  private final Message message;
  private volatile @Nullable Json data;
  private volatile @Nullable Json metadata;

  /** What is known of a JSON value. */
  private record Json(Optional<JsonNode> node, String text, String folded) {
    static Json of(@Nullable String json) {
      if (json == null) {
        return new Json(Optional.empty(), "", "");
      }
      JsonNode node = JsonNode.of(json);
      String text = node.printed();
      return new Json(Optional.of(node), text, Word.fold(text));
    }
  }

  /** Wraps a message. */
  public Candidate(Message message) {
    this.message = message;
  }

  public Message message() {
    return message;
  }

  /** The value of a part; empty when the message has none. */
  Optional<JsonNode> value(Part part) {
    return json(part).node();
  }

  /** The part as the database prints it; empty text when the message has none. */
  String text(Part part) {
    return json(part).text();
  }

  /** The same, with the small letters of ASCII for its capitals. */
  String folded(Part part) {
    return json(part).folded();
  }

  private Json json(Part part) {
    Json known = part == Part.DATA ? data : metadata;
    if (known == null) {
      if (part == Part.DATA) {
        known = Json.of(message.messageData());
        data = known;
      } else {
        known = Json.of(message.messageMetadata());
        metadata = known;
      }
    }
    return known;
  }
}
