package io.messagelogger.dev;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A Liberty server in a session of its own. It lives as long as its keeper's standard input, a pipe
 * from this JVM: closing it stops the server in order, and so does the kernel when this JVM is
 * killed. Left alive, the server would make the next build's liberty:deploy wait 40 seconds for an
 * application start that does not come. Thread-safe.
 */
final class ServerProcess implements Closeable {
  /** Liberty lets requests finish for 30 seconds. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

  private static final String KEEPER =
      """
      pid_file=$1
      shift
      exec 3<&0
      "$@" </dev/null 3<&- &
      server=$!
      echo $server >"$pid_file"
      { read -r line <&3; kill -TERM $server; } &
      reader=$!
      wait $server
      status=$?
      kill $reader 2>/dev/null
      exit $status
      """;

  private final Process process;

  private ServerProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a server with this JVM's Java. Returns at once.
   *
   * @param environment is added to this JVM's
   * @param data where the pid file is written
   * @param lines takes what the server prints
   */
  static ServerProcess start(
      Installation installation, Map<String, String> environment, Path data, Consumer<String> lines)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (Command.exists("setsid")) {
      command.add("setsid");
    }
    command.addAll(List.of("sh", "-c", KEEPER, "keeper", pidFile(data).toString()));
    command.addAll(List.of(installation.script().toString(), "run", installation.server()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("WLP_")); // another server's
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
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

  /** Where the pid of a run's server lies. */
  static Path pidFile(Path data) {
    return data.resolve("server.pid");
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
    process.getOutputStream().close();
    if (!Wait.until(STOP_LIMIT, () -> !process.isAlive())) {
      Daemon.of(process.toHandle()).kill();
    }
  }

  private static void print(Process process, Consumer<String> lines) {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(lines);
    } catch (IOException | UncheckedIOException e) {
      lines.accept("The server's output cannot be read: " + e.getMessage());
    }
  }

  /** Where a Liberty and its server are. */
  record Installation(Path home, String server) {

    /** In target/liberty, or where the system properties wlp.home and server.name say. */
    static Installation ofProject() {
      return new Installation(
          DataFolder.project().resolve(System.getProperty("wlp.home", "target/liberty/wlp")),
          System.getProperty("server.name", "message-logger"));
    }

    Path script() {
      return home.resolve("bin").resolve("server");
    }
  }
}
