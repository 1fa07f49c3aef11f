package io.messagelogger.api.access;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.access.Scope;
import io.messagelogger.message.Printable;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of a file: an array of objects with {@code name}, {@code sha256}, {@code roles} and, to
 * limit what its holder sees, {@code subjects}. Immutable.
 *
 * <p>The hash is a plain SHA-256. A slow hash is for secrets that people choose; a key is 256
 * random bits, of which nobody tries all, and it is checked at every request.
 *
 * @param readers by the hash of the key, in hexadecimal digits
 */
record ApiKeys(Map<String, Reader> readers) {
  static final ApiKeys NONE = new ApiKeys(Map.of());

  private static final JsonProvider JSON = JsonProvider.provider();
  private static final Set<String> MEMBERS = Set.of("name", "sha256", "roles", "subjects");

  /**
   * Reads a file.
   *
   * @throws InvalidException when it is not such a file; says in one line what is wrong
   */
  static ApiKeys read(Path file) throws InvalidException {
    try {
      return parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new InvalidException("there is no such file");
    } catch (IOException e) {
      throw new InvalidException("it cannot be read: " + Printable.line(String.valueOf(e)));
    }
  }

  static ApiKeys parse(String text) throws InvalidException {
    Map<String, Reader> readers = new HashMap<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    try (JsonReader reader = JSON.createReader(new StringReader(text))) {
      for (JsonValue value : reader.readArray()) {
        number++;
        Reader key = key(value.asJsonObject());
        if (!names.add(String.valueOf(key.name()))) {
          throw new InvalidException("two keys have the name " + key.name());
        }
        if (readers.put(String.valueOf(key.key()), key) != null) {
          throw new InvalidException("two names have the same key");
        }
      }
    } catch (JsonException | ClassCastException e) {
      throw new InvalidException(
          number == 0 ? "it is not a JSON array" : "key " + number + " is not a JSON object");
    } catch (InvalidException e) {
      throw new InvalidException("key " + number + ": " + e.getMessage());
    }
    return new ApiKeys(Collections.unmodifiableMap(readers));
  }

  private static Reader key(JsonObject json) throws InvalidException {
    for (String member : json.keySet()) {
      if (!MEMBERS.contains(member)) {
        throw new InvalidException("unknown member " + Printable.line(member));
      }
    }
    String name = json.get("name") instanceof JsonString text ? text.getString() : "";
    if (name.isBlank() || !Printable.line(name).equals(name)) {
      throw new InvalidException("name must be text without control characters");
    }
    String hash = json.get("sha256") instanceof JsonString text ? text.getString() : "";
    if (!hash.matches("[0-9a-f]{64}")) {
      throw new InvalidException("sha256 of " + name + " must be 64 hexadecimal digits");
    }
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    for (String role : texts(json, "roles")) {
      roles.add(
          Role.of(role)
              .orElseThrow(
                  () ->
                      new InvalidException(
                          "roles of %s: there is no role %s"
                              .formatted(name, Printable.line(role)))));
    }
    if (roles.isEmpty()) {
      throw new InvalidException("roles of " + name + " must name reader, writer or operator");
    }
    Scope scope = json.containsKey("subjects") ? new Scope(texts(json, "subjects")) : Scope.ALL;
    if (roles.contains(Role.OPERATOR) && !scope.all()) {
      throw new InvalidException(name + ": an operator sees every message; leave subjects out");
    }
    return new Reader(name, roles, scope, null, hash);
  }

  private static List<String> texts(JsonObject json, String member) throws InvalidException {
    if (!(json.get(member) instanceof JsonArray array)) {
      throw new InvalidException(member + " must be an array of text");
    }
    List<String> texts = new ArrayList<>();
    for (JsonValue value : array) {
      if (!(value instanceof JsonString text)) {
        throw new InvalidException(member + " must be an array of text");
      }
      texts.add(text.getString());
    }
    return texts;
  }

  /** The file is not as it must be. */
  static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidException(String complaint) {
      super(complaint);
    }
  }
}
