package io.messagelogger.api.messages;

import io.messagelogger.api.Caller;
import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The whole lists that are streamed at the same time: so many of the server, and so many of one
 * caller, whatever they are asked for as. Those that wait for others count. Thread-safe.
 */
@ApplicationScoped
public class Exports {
  private static final int PATIENCE_SECONDS = 2;

  private final Semaphore free;
  private final OptionalInt mostOfCaller;
  private final Map<String, Integer> ofCallers = new ConcurrentHashMap<>();

  /** As many as the settings say. */
  @Inject
  public Exports(Settings settings) {
    this.free = new Semaphore(settings.count(Setting.EXPORTS));
    this.mostOfCaller = settings.limit(Setting.EXPORTS_PER_CALLER);
  }

  /**
   * Begins one; waits a little for others to end.
   *
   * @return to be run at its end; once more does nothing
   * @throws ProblemException 429 when the caller has as many as it may have, 503 when the server
   *     has
   */
  Runnable begin(Caller caller) {
    String name = caller.countedAs();
    // An address may be that of a proxy, and of many who need not say who they are.
    int most =
        caller.reader().name() == null
            ? Integer.MAX_VALUE
            : mostOfCaller.orElse(Integer.MAX_VALUE);
    if (ofCallers.merge(name, 1, Integer::sum) > most) {
      left(name);
      throw new ProblemException(
          Problem.of(
              429,
              "Too Many Requests",
              "More than %d whole lists of one caller at the same time (EXPORTS_PER_CALLER); ask for pages with limit"
                  .formatted(most)));
    }
    boolean acquired = false;
    try {
      acquired = free.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!acquired) {
      left(name);
      throw ProblemException.unavailable(
          "This server is streaming as many whole lists as it may (EXPORTS); try again, or ask"
              + " for pages with limit");
    }
    AtomicBoolean ended = new AtomicBoolean();
    return () -> {
      if (ended.compareAndSet(false, true)) {
        free.release();
        left(name);
      }
    };
  }

  private void left(String name) {
    ofCallers.computeIfPresent(name, (n, count) -> count == 1 ? null : count - 1);
  }
}
