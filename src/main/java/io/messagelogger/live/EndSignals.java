package io.messagelogger.live;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The signals that end the process. Something can be done between their arrival and the moment when
 * the server hears of them: on SIGTERM the server cuts all connections before it tells the
 * application that it stops, and a shutdown hook would only race against that. sun.misc.Signal is
 * the one way to it that Java has (module jdk.unsupported, which JEP 260 keeps); it is called by
 * reflection, as the compiler's warning about it cannot be switched off. Where it refuses, as with
 * -Xrs, nothing is done before the server stops. Thread-safe.
 */
final class EndSignals implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EndSignals.class.getName());
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

  private record Replaced(Object signal, Object before) {}

  private final List<Replaced> replaced = new ArrayList<>();
  private final Runnable first;

  /** From now on, does this first when the process is told to end. */
  EndSignals(Runnable first) {
    this.first = first;
    for (String name : NAMES) {
      try {
        Object signal =
            Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
        Handler handler = new Handler();
        handler.before = handle(signal, handler.proxy());
        replaced.add(new Replaced(signal, handler.before));
      } catch (ReflectiveOperationException e) { // not on this platform, or in use by the JVM
        LOG.log(Level.FINE, "SIG" + name + " cannot be handled", e);
      }
    }
  }

  /** Leaves the signals to those that had them before. */
  @Override
  public void close() {
    for (Replaced one : replaced) {
      try {
        handle(one.signal(), one.before());
      } catch (ReflectiveOperationException e) {
        LOG.log(Level.WARNING, "A signal cannot be given back", e);
      }
    }
  }

  /** Sets the handler of a signal, and answers the one before. */
  private static Object handle(Object signal, Object handler) throws ReflectiveOperationException {
    return signal
        .getClass()
        .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal, handler);
  }

  /** What is done when a signal comes: ours, then what was done before. */
  private final class Handler {
    private volatile Object before = this;

    Object proxy() throws ClassNotFoundException {
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      return Proxy.newProxyInstance(
          EndSignals.class.getClassLoader(), new Class<?>[] {type}, this::invoke);
    }

    private Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      if (method.getDeclaringClass() == Object.class) {
        return method.invoke(this, arguments);
      }
      try {
        first.run();
      } catch (RuntimeException | Error e) { // the signal must have its way
        LOG.log(Level.WARNING, "Something could not be done before the end", e);
      }
      try {
        return method.invoke(before, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }
}
