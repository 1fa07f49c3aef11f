package io.messagelogger.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands the reader whose WebSocket handshake was allowed to the endpoint, on the thread of the
 * handshake. An HTTP session would be the usual way, and a cookie nobody wants.
 */
public final class Admission {
  private static final ThreadLocal<@Nullable Reader> CURRENT = new ThreadLocal<>();

  private Admission() {}

  /** Lets the reader in while the steps are taken. */
  public static <E1 extends Exception, E2 extends Exception> void during(
      Reader reader, Steps<E1, E2> steps) throws E1, E2 {
    CURRENT.set(reader);
    try {
      steps.take();
    } finally {
      CURRENT.remove();
    }
  }

  /** Who was let in; empty outside of a handshake that was allowed. */
  public static Optional<Reader> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** What follows a handshake that was allowed. */
  @FunctionalInterface
  public interface Steps<E1 extends Exception, E2 extends Exception> {
    void take() throws E1, E2;
  }
}
