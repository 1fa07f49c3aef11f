package io.messagelogger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's pauses for garbage collection, of the log that {@code -Xlog:gc} writes.
 *
 * @param count how many
 * @param total milliseconds together
 * @param longest milliseconds
 */
record Pauses(int count, double total, double longest) {
  private static final Pattern PAUSE = Pattern.compile("Pause .* ([0-9.]+)ms$");

  static Pauses of(Path log) throws IOException {
    int count = 0;
    double total = 0;
    double longest = 0;
    for (String line : Files.readAllLines(log)) {
      Matcher pause = PAUSE.matcher(line);
      if (pause.find()) {
        double millis = Double.parseDouble(pause.group(1));
        count++;
        total += millis;
        longest = Math.max(longest, millis);
      }
    }
    return new Pauses(count, total, longest);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d, %.0f ms, longest %.0f", count, total, longest);
  }
}
