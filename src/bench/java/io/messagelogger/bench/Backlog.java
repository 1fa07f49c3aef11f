package io.messagelogger.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Drains a long queue and looks at the server's memory on the way. Used by one thread. */
final class Backlog {
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int QUARTERS = 4;

  private final PrintStream out;
  private final Service service;
  private final int size;
  private final Traffic traffic;

  /** Megabytes at the beginning and when a quarter more is no longer queued. */
  private final @Nullable String[] at = new String[QUARTERS + 1];

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
    service.queue().settle();
    Progress progress = new Progress(out, "backlog", size);
    look(0);
    long start = System.nanoTime();
    service.queue().appear();
    while (!service.drained(start)) {
      long done = size - service.queue().length();
      progress.at(done);
      look((int) Math.min(QUARTERS - 1, done * QUARTERS / size));
      LockSupport.parkNanos(LOOK);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    look(QUARTERS);
    return String.format(
        Locale.ROOT,
        "A backlog of %,d messages: %,.0f a second; the server's resident memory %s MB before, %s, %s"
            + " and %s after each quarter, %s at the end, and %s at most; GC pauses %s.",
        size,
        size / seconds,
        at[0],
        at[1],
        at[2],
        at[3],
        at[QUARTERS],
        megabytes(true),
        Pauses.of(service.server().pauses()));
  }

  /** Only the first look counts; quarters that passed between two looks have that of the later. */
  private void look(int quarter) throws IOException {
    if (at[quarter] == null) {
      String now = megabytes(false);
      Arrays.setAll(at, i -> i <= quarter && at[i] == null ? now : at[i]);
    }
  }

  private String megabytes(boolean most) throws IOException {
    return Processes.megabytes(service.process(), most).map(String::valueOf).orElse("–");
  }
}
