package io.messagelogger.api.access;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.access.Scope;
import io.messagelogger.access.Validity;
import io.messagelogger.queue.Tickets;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tickets for browsers, whose WebSockets cannot send a header: good for one connection within half
 * a minute, on any server at the same Redis, which knows their hashes only. Thread-safe.
 */
@ApplicationScoped
public class TicketOffice {
  static final Duration TIME = Duration.ofSeconds(30);

  private static final JsonProvider JSON = JsonProvider.provider();
  private static final int BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Tickets tickets;
  private final Validity validity;

  /** Keeps them in Redis. */
  @Inject
  public TicketOffice(Tickets tickets, Authenticator validity) {
    this.tickets = tickets;
    this.validity = validity;
  }

  /** A new ticket for a reader. */
  String issue(Reader reader) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String ticket = HexFormat.of().formatHex(bytes);
    tickets.keep(Authenticator.hash(ticket), json(reader), TIME);
    return ticket;
  }

  /**
   * Whose ticket it is.
   *
   * @throws RefusedException when it is none, was used, or its reader may not stay
   */
  Reader redeem(String ticket) throws RefusedException {
    Reader reader =
        tickets
            .take(Authenticator.hash(ticket))
            .map(TicketOffice::reader)
            .orElseThrow(
                () ->
                    new RefusedException(
                        "The ticket is not valid: one is good for one connection within "
                            + TIME.toSeconds()
                            + " s",
                        "an unknown ticket"));
    if (!validity.holds(reader)) {
      throw new RefusedException("The token or key is no longer valid", "revoked or expired");
    }
    return reader;
  }

  private static String json(Reader reader) {
    JsonObjectBuilder json = JSON.createObjectBuilder();
    add(json, "name", reader.name());
    add(json, "key", reader.key());
    add(json, "expires", reader.expires() == null ? null : reader.expires().toString());
    JsonArrayBuilder roles = JSON.createArrayBuilder();
    reader.roles().forEach(role -> roles.add(role.text()));
    json.add("roles", roles);
    List<String> subjects = reader.scope().subjects();
    if (subjects != null) {
      json.add("subjects", JSON.createArrayBuilder(subjects));
    }
    return json.build().toString();
  }

  private static void add(JsonObjectBuilder json, String name, @Nullable String value) {
    if (value != null) {
      json.add(name, value);
    }
  }

  private static Reader reader(String text) {
    try (JsonReader in = JSON.createReader(new StringReader(text))) {
      JsonObject json = in.readObject();
      EnumSet<Role> roles = EnumSet.noneOf(Role.class);
      texts(json.getJsonArray("roles")).forEach(role -> Role.of(role).ifPresent(roles::add));
      JsonArray subjects = json.getJsonArray("subjects");
      return new Reader(
          json.getString("name", null),
          roles,
          subjects == null ? Scope.ALL : new Scope(texts(subjects)),
          Optional.ofNullable(json.getString("expires", null)).map(Instant::parse).orElse(null),
          json.getString("key", null));
    }
  }

  private static List<String> texts(JsonArray array) {
    return array.getValuesAs(JsonString.class).stream().map(JsonString::getString).toList();
  }
}
