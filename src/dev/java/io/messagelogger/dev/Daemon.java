package io.messagelogger.dev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process that is known by its pid file and may be another JVM's. Immutable and thread-safe.
 *
 * <p>A process that has ended but was not collected by its parent (a zombie, usual where process 1
 * is no init) counts as ended, other than {@link ProcessHandle#isAlive()} has it.
 */
final class Daemon {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  private final ProcessHandle handle;

  private Daemon(ProcessHandle handle) {
    this.handle = handle;
  }

  /** The process of that handle. */
  static Daemon of(ProcessHandle handle) {
    return new Daemon(handle);
  }

  /**
   * The running process whose pid is on the first line of a file, if its command line contains all
   * of the marks; a pid that has meanwhile been given to another process is none of ours.
   */
  static Optional<Daemon> find(Path pidFile, String... marks) throws IOException {
    String text;
    try {
      text = Files.readString(pidFile);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    String pid = text.lines().findFirst().orElse("").strip();
    if (!pid.matches("\\d{1,10}")) {
      return Optional.empty();
    }
    Optional<Daemon> found = ProcessHandle.of(Long.parseLong(pid)).map(Daemon::of);
    if (found.isEmpty() || !found.get().running()) {
      return Optional.empty();
    }
    String commandLine = found.get().commandLine();
    return Stream.of(marks).allMatch(commandLine::contains) ? found : Optional.empty();
  }

  long pid() {
    return handle.pid();
  }

  boolean running() throws IOException {
    if (!handle.isAlive()) {
      return false;
    }
    String stat = proc("stat");
    int state = stat.lastIndexOf(')') + 2; // pid (name) state ...
    return stat.isEmpty() || stat.length() <= state || "ZX".indexOf(stat.charAt(state)) < 0;
  }

  /**
   * Asks by SIGTERM the process and its descendants to end, and kills those that have not in time.
   */
  void stop(Duration limit) throws IOException {
    List<Daemon> all = withDescendants();
    all.forEach(daemon -> daemon.handle.destroy());
    if (!Wait.until(limit, () -> ended(all))) {
      kill();
    }
  }

  /**
   * Ends the process and its descendants by SIGKILL.
   *
   * @throws IOException when one of them does not end
   */
  void kill() throws IOException {
    List<Daemon> all = withDescendants();
    all.forEach(daemon -> daemon.handle.destroyForcibly());
    if (!Wait.until(KILL_LIMIT, () -> ended(all))) {
      throw new IOException("Process " + pid() + " or a child of it does not end");
    }
  }

  private List<Daemon> withDescendants() {
    return Stream.concat(Stream.of(handle), handle.descendants()).map(Daemon::of).toList();
  }

  private static boolean ended(List<Daemon> daemons) throws IOException {
    for (Daemon daemon : daemons) {
      if (daemon.running()) {
        return false;
      }
    }
    return true;
  }

  private String commandLine() throws IOException {
    String line = proc("cmdline").replace('\0', ' ');
    return line.isEmpty() ? handle.info().commandLine().orElse("") : line;
  }

  /** A file of Linux's /proc about this process; empty elsewhere and when the process has gone. */
  private String proc(String file) throws IOException {
    Path path = Path.of("/proc", Long.toString(pid()), file);
    try {
      return Files.exists(path)
          ? new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      if (handle.isAlive() && Files.exists(path)) {
        throw e;
      }
      return ""; // it ended between the question and the answer
    }
  }
}
