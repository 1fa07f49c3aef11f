package io.messagelogger.bench;

import java.io.PrintStream;
import java.util.Locale;

/** Says how far a long step is, some times in all. Used by one thread. */
final class Progress {
  private static final int STEP_PERCENT = 5;

  private final PrintStream out;
  private final String what;
  private final long total;
  private final long start = System.nanoTime();
  private long said;

  Progress(PrintStream out, String what, long total) {
    this.out = out;
    this.what = what;
    this.total = total;
  }

  void at(long done) {
    long percent = done * 100 / total;
    if (percent < said + STEP_PERCENT && done < total) {
      return;
    }
    said = percent;
    double seconds = (System.nanoTime() - start) / 1e9;
    out.println(
        String.format(
            Locale.ROOT, "%s %3d %%  %,d, %,.0f a second", what, percent, done, done / seconds));
  }
}
