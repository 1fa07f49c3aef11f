package io.messagelogger.access;

import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reader as the principal of the request that was let in, and of the WebSocket that it opens. An
 * HTTP session would be the usual way to the latter, and a cookie nobody wants.
 *
 * @param reader who was let in
 * @param reading what it is being shown
 */
public record Admitted(Reader reader, Reading reading) implements Principal {
  /** Anyone, of whose reading nothing is recorded. */
  public static Admitted anyone() {
    return new Admitted(Reader.ANYONE, Reading.unrecorded());
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
