package io.messagelogger.message;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A JSON value in memory that is compared, searched and printed as PostgreSQL's jsonb is. Immutable
 * and thread-safe.
 */
public sealed interface JsonNode {

  /** An object. */
  record Members(Map<String, JsonNode> members) implements JsonNode {}

  /** An array. */
  record Elements(List<JsonNode> elements) implements JsonNode {}

  /** A string. */
  record Text(String text) implements JsonNode {}

  /** A number, equal to others of its value whatever their zeros and exponents. */
  record Numeric(BigDecimal number) implements JsonNode {
    @Override
    public boolean equals(Object other) {
      return other instanceof Numeric numeric && number.compareTo(numeric.number) == 0;
    }

    @Override
    public int hashCode() {
      return Double.hashCode(number.signum() == 0 ? 0 : number.doubleValue());
    }
  }

  /** True, false or null. */
  enum Literal implements JsonNode {
    TRUE,
    FALSE,
    NULL
  }

  /** The index of an array in a path, as PostgreSQL's strtoint reads it. */
  Pattern INDEX = Pattern.compile("[ \\t\\n\\x0B\\f\\r]*[+-]?\\d{1,9}");

  /** As PostgreSQL orders the keys of an object: the shorter first, then byte by byte. */
  Comparator<String> KEY_ORDER =
      Comparator.comparing(
          key -> key.getBytes(StandardCharsets.UTF_8),
          Comparator.<byte[]>comparingInt(bytes -> bytes.length)
              .thenComparing(Arrays::compareUnsigned));

  /** The value of a JSON text that a message holds, which is known to be well-formed. */
  static JsonNode of(String json) {
    try (JsonParser parser = Json.parser(json)) {
      parser.nextToken();
      return value(parser);
    }
  }

  /**
   * The value of a JSON text from elsewhere.
   *
   * @throws RejectedMessageException when the text is not JSON, or the database could not hold it
   */
  static JsonNode checked(String json) throws RejectedMessageException {
    try (JsonParser parser = Json.parser(json)) {
      if (json.contains("\\u")) {
        Json.checkEscapes(json);
      }
      if (parser.nextToken() == null) {
        throw new RejectedMessageException("", "not valid JSON: it is empty");
      }
      Json.check(parser, true, "");
      if (parser.nextToken() != null) {
        throw new RejectedMessageException("", "something follows the end of the JSON text");
      }
    } catch (JacksonException e) {
      throw new RejectedMessageException("", Json.reason(e));
    }
    return of(json);
  }

  private static JsonNode value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, JsonNode> members = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, value(parser));
      }
      return new Members(members);
    }
    if (token == JsonToken.START_ARRAY) {
      List<JsonNode> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(parser));
      }
      return new Elements(elements);
    }
    if (token.isNumeric()) {
      return new Numeric(new BigDecimal(parser.getString()));
    }
    return switch (token) {
      case VALUE_TRUE -> Literal.TRUE;
      case VALUE_FALSE -> Literal.FALSE;
      case VALUE_NULL -> Literal.NULL;
      default -> new Text(parser.getString());
    };
  }

  /**
   * Whether this contains the other, as jsonb's operator {@code @>} has it (PostgreSQL, 8.14.3): an
   * object the members of the other, an array its elements in any order and number, and an array at
   * the top a single value too.
   */
  default boolean contains(JsonNode other) {
    if (this instanceof Elements mine && scalar(other)) {
      return mine.elements().contains(other);
    }
    return (scalar(this) || scalar(other)) ? equals(other) : holds(other);
  }

  private boolean holds(JsonNode other) {
    if (this instanceof Members mine && other instanceof Members theirs) {
      return theirs.members().entrySet().stream()
          .allMatch(
              member -> {
                JsonNode value = mine.members().get(member.getKey());
                return value != null && value.matches(member.getValue());
              });
    }
    if (this instanceof Elements mine && other instanceof Elements theirs) {
      return theirs.elements().stream()
          .allMatch(element -> mine.elements().stream().anyMatch(value -> value.matches(element)));
    }
    return false;
  }

  private boolean matches(JsonNode other) {
    return (scalar(this) || scalar(other)) ? equals(other) : holds(other);
  }

  private static boolean scalar(JsonNode node) {
    return !(node instanceof Members || node instanceof Elements);
  }

  /** The value at a path of keys and indexes, as jsonb's operator {@code #>} finds it. */
  default Optional<JsonNode> at(List<String> path) {
    JsonNode node = this;
    for (String step : path) {
      node = node.child(step);
      if (node == null) {
        return Optional.empty();
      }
    }
    return Optional.of(node);
  }

  private @Nullable JsonNode child(String step) {
    if (this instanceof Members object) {
      return object.members().get(step);
    }
    if (this instanceof Elements array && INDEX.matcher(step).matches()) {
      int index = Integer.parseInt(step.strip());
      int place = index < 0 ? array.elements().size() + index : index;
      return place >= 0 && place < array.elements().size() ? array.elements().get(place) : null;
    }
    return null;
  }

  /** The value as jsonb prints it. */
  default String printed() {
    StringBuilder text = new StringBuilder();
    print(text);
    return text.toString();
  }

  private void print(StringBuilder text) {
    String between = "";
    if (this instanceof Members object) {
      text.append('{');
      List<Map.Entry<String, JsonNode>> members =
          object.members().entrySet().stream().sorted(Map.Entry.comparingByKey(KEY_ORDER)).toList();
      for (Map.Entry<String, JsonNode> member : members) {
        quote(text.append(between), member.getKey());
        member.getValue().print(text.append(": "));
        between = ", ";
      }
      text.append('}');
    } else if (this instanceof Elements array) {
      text.append('[');
      for (JsonNode element : array.elements()) {
        element.print(text.append(between));
        between = ", ";
      }
      text.append(']');
    } else if (this instanceof Text string) {
      quote(text, string.text());
    } else if (this instanceof Numeric numeric) {
      text.append(numeric.number().toPlainString());
    } else {
      text.append(toString().toLowerCase(Locale.ROOT));
    }
  }

  private static void quote(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ') {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
