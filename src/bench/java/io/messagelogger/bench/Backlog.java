package io.messagelogger.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Drains a long queue and looks at the server's memory every second. Used by one thread. */
final class Backlog {
  private static final long LOOK = TimeUnit.SECONDS.toNanos(1);
  private static final int QUARTERS = 4;

  private final PrintStream out;
  private final Service service;
  private final int size;
  private final Traffic traffic;

  Backlog(PrintStream out, Service service, int size, Traffic traffic) {
    this.out = out;
    this.service = service;
    this.size = size;
    this.traffic = traffic;
  }

  /** Answers Markdown. */
  String run() throws IOException {
    for (int i = 0; i < size; i++) {
      service.queue().add(traffic.next());
    }
    Progress progress = new Progress(out, "backlog", size);
    long[] at = new long[QUARTERS + 1];
    long start = System.nanoTime();
    service.queue().appear();
    while (!service.queue().drained()) {
      LockSupport.parkNanos(LOOK);
      long done = size - service.queue().length();
      progress.at(done);
      int quarter = (int) (done * QUARTERS / size);
      at[quarter] = Math.max(at[quarter], Processes.megabytes(service.process(), false).orElse(0L));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT,
        "A backlog of %,d messages: %,.0f a second; the server's resident memory at most %d MB in the"
            + " first quarter, %d, %d, and %d in the last; GC pauses %s.",
        size,
        size / seconds,
        at[0],
        at[1],
        at[2],
        Math.max(at[3], at[4]),
        Pauses.of(service.server().pauses()));
  }
}
