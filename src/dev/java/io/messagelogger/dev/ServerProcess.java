package io.messagelogger.dev;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A Liberty server in a session of its own, as a child of this JVM. Thread-safe. */
final class ServerProcess implements Closeable {
  /** Liberty lets requests finish for 30 seconds. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

  private final Process process;

  private ServerProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a server with this JVM's Java. Returns at once.
   *
   * @param environment is added to this JVM's
   * @param lines takes what the server prints
   */
  static ServerProcess start(
      Installation installation,
      Map<String, String> environment,
      Path pidFile,
      Consumer<String> lines)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (Command.exists("setsid")) {
      command.add("setsid");
    }
    command.addAll(List.of(installation.script().toString(), "run", installation.server()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("WLP_")); // another server's
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    Files.writeString(pidFile, process.pid() + "\n");
    Thread printer = new Thread(() -> print(process, lines), "server-output");
    printer.setDaemon(true);
    printer.start();
    return new ServerProcess(process);
  }

  /** Stops the server that a killed run left behind; whether there was one. */
  static boolean stopLeftover(Installation installation, Path pidFile) throws IOException {
    Optional<Daemon> leftover =
        Daemon.find(pidFile, installation.home().toString(), installation.server());
    if (leftover.isPresent()) {
      leftover.get().stop(STOP_LIMIT);
    }
    return leftover.isPresent();
  }

  boolean running() {
    return process.isAlive();
  }

  /** Waits for the server's end and answers its exit status. */
  int await() throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  @Override
  public void close() throws IOException {
    Daemon.of(process.toHandle()).stop(STOP_LIMIT);
  }

  private static void print(Process process, Consumer<String> lines) {
    try (BufferedReader reader = process.inputReader(Charset.defaultCharset())) {
      reader.lines().forEach(lines);
    } catch (IOException | UncheckedIOException e) {
      lines.accept("The server's output cannot be read: " + e.getMessage());
    }
  }

  /** Where a Liberty and its server are. */
  record Installation(Path home, String server) {
    Path script() {
      return home.resolve("bin").resolve("server");
    }
  }
}
