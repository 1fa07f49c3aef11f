package io.messagelogger.message;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A JSON text as a value, so that two spellings of one value are equal. */
final class JsonTree {
  /** A number, equal to others of its value whatever their zeros and exponents. */
  private record Numeric(BigDecimal value) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Numeric numeric && value.compareTo(numeric.value) == 0;
    }

    @Override
    public int hashCode() {
      return value.signum();
    }
  }

  private JsonTree() {}

  static Object of(String json) {
    try (JsonParser parser = Json.parser(json)) {
      parser.nextToken();
      return value(parser);
    }
  }

  private static Object value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, Object> members = new HashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, value(parser));
      }
      return members;
    }
    if (token == JsonToken.START_ARRAY) {
      List<Object> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(parser));
      }
      return elements;
    }
    if (token.isNumeric()) {
      return new Numeric(new BigDecimal(parser.getString()));
    }
    return token == JsonToken.VALUE_STRING ? parser.getString() : token;
  }
}
