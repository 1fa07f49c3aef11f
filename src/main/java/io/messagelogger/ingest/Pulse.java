package io.messagelogger.ingest;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The signs of life that a drainer thread gives: one a step, at least every few minutes even when a
 * statement hangs, as every statement has a time limit. Thread-safe.
 */
final class Pulse {
  private volatile @Nullable Thread thread;
  private volatile long last = System.nanoTime();
  private volatile @Nullable String end;

  /** Says that the calling thread is the one and lives. */
  void beat() {
    thread = Thread.currentThread();
    last = System.nanoTime();
  }

  /** Says that the thread has ended, and why. */
  void end(String reason) {
    end = reason;
  }

  /**
   * What is wrong with the thread; empty when nothing is.
   *
   * @param limit the longest silence that is in order
   */
  Optional<String> complaint(Duration limit) {
    String reason = end;
    if (reason != null) {
      return Optional.of("its thread has ended: " + reason);
    }
    long silent = System.nanoTime() - last;
    Thread watched = thread;
    if (watched != null && !watched.isAlive()) {
      return Optional.of("its thread has ended without a word");
    }
    if (silent <= limit.toNanos()) {
      return Optional.empty();
    }
    String place =
        watched == null
            ? "it was never started"
            : Arrays.stream(watched.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("io.messagelogger."))
                .findFirst()
                .map(
                    frame ->
                        "it is at %s.%s (line %d)"
                            .formatted(
                                frame.getClassName(), frame.getMethodName(), frame.getLineNumber()))
                .orElse("it is in code of the server");
    return Optional.of(
        "no sign of life for %d s; %s".formatted(Duration.ofNanos(silent).toSeconds(), place));
  }
}
