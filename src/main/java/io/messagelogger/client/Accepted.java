package io.messagelogger.client;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.UUID;

/**
 * What the service has taken. Immutable.
 *
 * @param accepted how many messages
 * @param messageUuids their uuids, in the order sent
 */
public record Accepted(int accepted, List<UUID> messageUuids) {
  /** Makes the list its own. */
  public Accepted {
    messageUuids = List.copyOf(messageUuids);
  }

  static Accepted of(JsonObject json) {
    return new Accepted(
        json.getInt("accepted"),
        Json.texts(json.getJsonArray("message_uuids")).stream().map(UUID::fromString).toList());
  }
}
