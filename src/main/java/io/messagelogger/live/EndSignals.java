package io.messagelogger.live;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The signals that end the process. Something can be done between their arrival and the moment when
 * the server hears of them: on SIGTERM the server cuts all connections before it tells the
 * application that it stops, and a shutdown hook would only race against it (500 clients: about a
 * third of the times some were cut). sun.misc.Signal is the one way to that which Java has; it is
 * supported from Java 9 on (module jdk.unsupported, JEP 260). Where it refuses, as with -Xrs,
 * nothing is done before the server stops. Thread-safe.
 */
final class EndSignals implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EndSignals.class.getName());
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

  private record Replaced(Signal signal, SignalHandler before) {}

  private final List<Replaced> replaced = new ArrayList<>();

  /** From now on, does this first when the process is told to end. */
  EndSignals(Runnable first) {
    for (String name : NAMES) {
      try {
        Signal signal = new Signal(name);
        SignalHandler[] before = new SignalHandler[1];
        SignalHandler handler =
            received -> {
              first.run();
              before[0].handle(received);
            };
        before[0] = Signal.handle(signal, handler);
        replaced.add(new Replaced(signal, before[0]));
      } catch (IllegalArgumentException e) { // not on this platform, or in use by the JVM
        LOG.log(Level.FINE, "SIG" + name + " cannot be handled", e);
      }
    }
  }

  /** Leaves the signals to those that had them before. */
  @Override
  public void close() {
    replaced.forEach(one -> Signal.handle(one.signal(), one.before()));
  }
}
