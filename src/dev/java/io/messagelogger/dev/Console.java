package io.messagelogger.dev;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The terminal of the run command, the only place that prints. Writes past System.out, which is
 * Maven's and breaks while Maven's JVM shuts down. Thread-safe; never fails.
 */
final class Console {
  private static final PrintStream OUT = stream(FileDescriptor.out);
  private static final PrintStream ERROR = stream(FileDescriptor.err);

  private Console() {}

  static void line(String line) {
    OUT.println(line);
  }

  static void error(String line) {
    ERROR.println(line);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
