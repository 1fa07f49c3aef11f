package io.messagelogger.access;

import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reader as the principal of the request that was let in, and of the WebSocket that it opens. An
 * HTTP session would be the usual way to the latter, and a cookie nobody wants.
 *
 * @param reader who was let in
 * @param countedAs whom turns count it as
 * @param reading what it is being shown
 */
public record Admitted(Reader reader, String countedAs, Reading reading) implements Principal {
  /** Anyone at a place, of whose reading nothing is recorded. */
  public static Admitted anyone(String place) {
    return new Admitted(Reader.ANYONE, Reader.ANYONE.countedAs(place), Reading.unrecorded());
  }

  /** Who was let in; empty when nobody was. */
  public static Optional<Admitted> of(@Nullable Principal principal) {
    return principal instanceof Admitted admitted ? Optional.of(admitted) : Optional.empty();
  }

  @Override
  public String getName() {
    return reader.name() == null ? "anyone" : reader.name();
  }
}
