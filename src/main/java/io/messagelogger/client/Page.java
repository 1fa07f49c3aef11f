package io.messagelogger.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonValue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Some messages of a list. Immutable.
 *
 * @param messages in order
 * @param next the cursor of the next page; null when this is the last. A page that is short, or
 *     empty, may have a next one
 * @param previous the cursor of the page before; null when this is the first
 * @param searchedTo the time that the search has come to, when it ended because it had examined
 *     enough; null when it did not
 */
public record Page(
    List<Message> messages,
    @Nullable String next,
    @Nullable String previous,
    @Nullable Instant searchedTo) {

  private static final Pattern CURSOR =
      Pattern.compile("<[^>]*[?&]after=([^&>]*)[^>]*>\\s*;\\s*rel=\"(next|prev)\"");

  /** Makes the list its own. */
  public Page {
    messages = List.copyOf(messages);
  }

  /**
   * A page as the service answers it.
   *
   * @param links the headers Link
   * @param searchedTo the header Searched-To; null when there is none
   */
  static Page of(JsonArray json, List<String> links, @Nullable String searchedTo) {
    String next = null;
    String previous = null;
    Matcher cursor = CURSOR.matcher(String.join(", ", links));
    while (cursor.find()) {
      String after = URLDecoder.decode(cursor.group(1), StandardCharsets.UTF_8);
      if (cursor.group(2).equals("next")) {
        next = after;
      } else {
        previous = after;
      }
    }
    return new Page(
        json.stream().map(JsonValue::asJsonObject).map(Message::of).toList(),
        next,
        previous,
        searchedTo == null ? null : Instant.parse(searchedTo));
  }
}
