package io.messagelogger.api.letters;

import io.messagelogger.requeue.Progress;
import io.messagelogger.store.letters.BuriedLetter;
import io.messagelogger.store.letters.DeadLetters;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Dead letters as JSON. */
final class LetterJson {
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final int PREVIEW_CHARACTERS = 200;

  private LetterJson() {}

  /** Several, each with a preview of its payload. */
  static String list(List<BuriedLetter> letters) {
    JsonArrayBuilder array = JSON.createArrayBuilder();
    letters.forEach(letter -> array.add(summary(letter)));
    return array.build().toString();
  }

  /** One, with its payload when that is not too long, and with what was done with it. */
  static String whole(BuriedLetter letter, List<DeadLetters.Action> actions) {
    JsonObjectBuilder json = summary(letter);
    if (letter.head().length == letter.bytes()) {
      text(letter.head())
          .ifPresentOrElse(
              text -> json.add("payload", text),
              () -> json.add("payload_base64", Base64.getEncoder().encodeToString(letter.head())));
    }
    JsonArrayBuilder done = JSON.createArrayBuilder();
    for (DeadLetters.Action action : actions) {
      done.add(
          JSON.createObjectBuilder()
              .add("at", action.at().toString())
              .add("action", action.action()));
    }
    return json.add("actions", done).build().toString();
  }

  /**
   * How far the work on a selection is.
   *
   * @param done the key of the letters that are done
   */
  static String progress(Progress progress, String done) {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("selected", progress.selected())
            .add(done, progress.done())
            .add("skipped", progress.skipped())
            .add("failed", progress.failed())
            .add("rate", progress.rate())
            .add("started", progress.started().toString());
    time(json, "finished", progress.finished());
    if (progress.reason() == null) {
      json.addNull("reason");
    } else {
      json.add("reason", progress.reason());
    }
    return json.build().toString();
  }

  private static JsonObjectBuilder summary(BuriedLetter letter) {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("dead_letter_id", letter.id())
            .add("kind", letter.kind().text())
            .add("reason", letter.reason());
    if (letter.sqlState() == null) {
      json.addNull("sqlstate");
    } else {
      json.add("sqlstate", letter.sqlState());
    }
    json.add("attempts", letter.attempts())
        .add("occurrences", letter.occurrences())
        .add("first_seen", letter.firstSeen().toString())
        .add("last_seen", letter.lastSeen().toString())
        .add("bytes", letter.bytes())
        .add("sha256", HexFormat.of().formatHex(letter.sha256()))
        .add("retries", letter.retries());
    time(json, "retried_at", letter.retriedAt());
    return json.add("preview", preview(letter.head()));
  }

  static void time(JsonObjectBuilder json, String key, @Nullable Instant time) {
    if (time == null) {
      json.addNull(key);
    } else {
      json.add(key, time.toString());
    }
  }

  /** The start as text; what is not UTF-8, and what a cut has left of a character, is replaced. */
  private static String preview(byte[] head) {
    int length = Math.min(head.length, 4 * PREVIEW_CHARACTERS);
    String text = new String(head, 0, length, StandardCharsets.UTF_8);
    int characters = text.codePointCount(0, text.length());
    return characters <= PREVIEW_CHARACTERS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, PREVIEW_CHARACTERS)) + "…";
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
