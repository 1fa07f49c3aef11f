package io.messagelogger.dev;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Programs that end by themselves, as initdb does. Stateless. */
public final class Command {
  private static final Logger LOG = Logger.getLogger(Command.class.getName());
  private static final int TAIL_LINES = 8;

  private Command() {}

  /**
   * Runs a program to its end; what it prints is appended to the log.
   *
   * @throws IOException when it does not end in time or with status 0, with the last lines of the
   *     log
   */
  public static void run(List<String> command, Path log, Duration limit) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!ended(process, limit)) {
      process.destroyForcibly();
      throw new IOException(command.get(0) + " did not end in " + limit + ":\n" + tail(log));
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "Status " + process.exitValue() + " of " + String.join(" ", command) + ":\n" + tail(log));
    }
  }

  /** Whether a program exists on the PATH and ends with status 0; its output is dropped. */
  static boolean succeeds(String... command) throws IOException {
    if (!exists(command[0])) {
      return false;
    }
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return ended(process, Duration.ofSeconds(10)) && process.exitValue() == 0;
  }

  /** Whether a program is on the PATH. */
  static boolean exists(String program) {
    return find(program).isPresent();
  }

  /** The program of this name that comes first on the PATH. */
  static Optional<Path> find(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(":", -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** What a program prints; empty when it does not start, or end in time with status 0. */
  static String output(String... command) throws IOException {
    Path file = Files.createTempFile("output", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(file.toFile())
              .start();
      if (!ended(process, Duration.ofSeconds(10))) {
        process.destroyForcibly();
        return "";
      }
      return process.exitValue() == 0 ? Files.readString(file) : "";
    } catch (IOException e) { // made for another machine, say
      LOG.log(Level.FINE, command[0] + " cannot be run", e);
      return "";
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** The last lines of a log, empty when there is none. */
  static String tail(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()));
    }
  }

  private static boolean ended(Process process, Duration limit) throws IOException {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }
}
