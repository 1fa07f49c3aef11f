package io.messagelogger.live;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Places for clients: so many of the server, and so many of one caller. Who was refused has none
 * until it has gone, so that nobody keeps others out by being refused again and again. Thread-safe.
 */
final class Seats {
  private final int most;
  private final OptionalInt mostOfCaller;

  /** Both guarded by this. */
  private final Map<String, Integer> ofCallers = new HashMap<>();

  private int taken;

  Seats(int most, OptionalInt mostOfCaller) {
    this.most = most;
    this.mostOfCaller = mostOfCaller;
  }

  /**
   * Takes one; says why not when there is none.
   *
   * @param caller null for one who need not say who it is, and is not told from others
   */
  synchronized Optional<String> take(@Nullable String caller) {
    if (full()) {
      return Optional.of("too many clients (FEED_CLIENTS)");
    }
    if (full(caller)) {
      return Optional.of("too many feeds of one caller (SOCKETS_PER_CALLER)");
    }
    taken++;
    if (caller != null) {
      ofCallers.merge(caller, 1, Integer::sum);
    }
    return Optional.empty();
  }

  /** Gives one back. */
  synchronized void leave(@Nullable String caller) {
    taken--;
    if (caller != null) {
      ofCallers.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Whether all are taken. */
  synchronized boolean full() {
    return taken >= most;
  }

  /** Whether a caller has taken as many as it may. */
  synchronized boolean full(@Nullable String caller) {
    return caller != null
        && mostOfCaller.isPresent()
        && ofCallers.getOrDefault(caller, 0) >= mostOfCaller.getAsInt();
  }
}
