package io.messagelogger.dev;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Redis on loopback whose data survives: a daemon in its own session, with an append-only file.
 *
 * <p>The file is synced once a second (appendfsync everysec). A killed Redis loses nothing, as the
 * kernel has what was answered; a machine that loses power loses up to the last second. Measured on
 * two cores, "always" allows 500 to 2,000 single pushes a second instead of 18,000 to 45,000, and
 * 16,000 to 31,000 pipelined ones instead of 92,000 to 174,000, which is too much for development.
 * Give "appendfsync always" as extra configuration where it matters.
 *
 * <p>Not thread-safe: one thread starts and stops it.
 */
public final class EmbeddedRedis implements Closeable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Path folder;
  private final int port;
  private final boolean sentinel;
  private final List<String> extraConfiguration;

  private EmbeddedRedis(Path folder, int port, boolean sentinel, List<String> extraConfiguration) {
    this.folder = folder;
    this.port = port;
    this.sentinel = sentinel;
    this.extraConfiguration = extraConfiguration;
  }

  /**
   * Starts Redis over the data of a folder, stopping first what a killed run left there. Returns
   * when it answers.
   *
   * @param port where it listens; 0 for a free one
   * @param extraConfiguration lines of redis.conf, which win over those of this class
   * @throws IOException when it does not start, with the last lines of its log
   */
  public static EmbeddedRedis start(Path dataFolder, int port, String... extraConfiguration)
      throws IOException {
    return started(dataFolder, port, false, extraConfiguration);
  }

  /**
   * Starts a sentinel with a folder of its own.
   *
   * @param configuration what it watches: lines that begin with sentinel
   * @throws IOException when it does not start, with the last lines of its log
   */
  public static EmbeddedRedis startSentinel(Path folder, String... configuration)
      throws IOException {
    return started(folder, 0, true, configuration);
  }

  private static EmbeddedRedis started(
      Path folder, int port, boolean sentinel, String... extraConfiguration) throws IOException {
    Files.createDirectories(folder);
    EmbeddedRedis redis =
        new EmbeddedRedis(
            folder.toRealPath(), Ports.orFree(port), sentinel, List.of(extraConfiguration));
    redis.restart();
    return redis;
  }

  /** Stops the Redis that a killed run left on a folder; whether there was one. */
  static boolean stopLeftover(Path dataFolder) throws IOException {
    if (!Files.exists(dataFolder)) {
      return false;
    }
    EmbeddedRedis leftover = new EmbeddedRedis(dataFolder.toRealPath(), 0, false, List.of());
    boolean found = leftover.daemon().isPresent();
    leftover.stop();
    return found;
  }

  /**
   * Stops it if it runs and starts it on the same folder and port.
   *
   * @throws IOException when it does not start, with the last lines of its log
   */
  public void restart() throws IOException {
    stop();
    Files.deleteIfExists(pidFile());
    Ports.require(port);
    Files.write(configuration(), configurationLines());
    List<String> command =
        new ArrayList<>(List.of(Binaries.redis().toString(), configuration().toString()));
    if (sentinel) {
      command.add("--sentinel");
    }
    Command.run(command, log(), Duration.ofSeconds(10));
    if (!Wait.until(START_LIMIT, this::ready)) {
      kill();
      throw new IOException("Redis does not answer on port " + port + ":\n" + Command.tail(log()));
    }
  }

  /** Where it listens on loopback. */
  public int port() {
    return port;
  }

  /**
   * The process.
   *
   * @throws IllegalStateException when it does not run
   */
  public long pid() throws IOException {
    return daemon().orElseThrow(() -> new IllegalStateException("Redis does not run")).pid();
  }

  /** Whether it runs. */
  public boolean running() throws IOException {
    return daemon().isPresent();
  }

  /** Stops it in order, everything on disk; does nothing when it does not run. */
  public void stop() throws IOException {
    Optional<Daemon> daemon = daemon();
    if (daemon.isPresent()) {
      daemon.get().stop(STOP_LIMIT);
    }
  }

  /** Kills it by SIGKILL; does nothing when it does not run. */
  public void kill() throws IOException {
    Optional<Daemon> daemon = daemon();
    if (daemon.isPresent()) {
      daemon.get().kill();
    }
  }

  /** SIGSTOP: it does nothing until it is resumed. */
  public void pause() throws IOException {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    Command.run(List.of("kill", "-" + name, Long.toString(pid())), log(), Duration.ofSeconds(10));
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  private List<String> configurationLines() {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "port " + port,
                "bind 127.0.0.1 -::1",
                "dir \"" + folder + "\"",
                "daemonize yes",
                "pidfile \"" + pidFile() + "\"",
                "logfile \"" + log() + "\"",
                "set-proc-title no")); // or the command line would lose the path
    if (!sentinel) {
      lines.addAll(
          List.of(
              "appendonly yes",
              "appendfsync everysec",
              "save \"\"",
              "list-max-listpack-size -1")); // nodes of 4 KB: fewer page faults with musl's malloc
    }
    lines.addAll(extraConfiguration);
    return lines;
  }

  /** Redis writes its pid file after it has bound its port, so with one it is ours that answers. */
  private boolean ready() throws IOException {
    if (daemon().isEmpty()) {
      return false;
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
      socket.setSoTimeout(5000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] reply = socket.getInputStream().readNBytes(5);
      return new String(reply, StandardCharsets.US_ASCII).equals("+PONG");
    }
  }

  private Optional<Daemon> daemon() throws IOException {
    return Daemon.find(pidFile(), "redis-server", configuration().toString());
  }

  private Path configuration() {
    return folder.resolve("redis.conf");
  }

  private Path pidFile() {
    return folder.resolve("redis.pid");
  }

  private Path log() {
    return folder.resolve("redis.log");
  }
}
