package io.messagelogger.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of JSON. Stateless. */
final class Json {
  static final JsonProvider PROVIDER = JsonProvider.provider();

  private Json() {}

  static @Nullable JsonValue value(JsonObject json, String key) {
    JsonValue value = json.get(key);
    return value == null || value.equals(JsonValue.NULL) ? null : value;
  }

  static @Nullable String text(JsonObject json, String key) {
    return json.get(key) instanceof JsonString text ? text.getString() : null;
  }

  static @Nullable Instant time(JsonObject json, String key) {
    String text = text(json, key);
    return text == null ? null : Instant.parse(text);
  }

  static List<String> texts(JsonArray json) {
    return json.getValuesAs(JsonString.class).stream().map(JsonString::getString).toList();
  }
}
