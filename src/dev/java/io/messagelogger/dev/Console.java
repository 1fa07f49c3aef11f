package io.messagelogger.dev;

import java.io.PrintStream;

/** The terminal of the run command, the only place that prints. Thread-safe. */
final class Console {
  private static final PrintStream OUT = System.out;
  private static final PrintStream ERROR = System.err;

  private Console() {}

  static void line(String line) {
    OUT.println(line);
    OUT.flush();
  }

  static void error(String line) {
    ERROR.println(line);
    ERROR.flush();
  }
}
