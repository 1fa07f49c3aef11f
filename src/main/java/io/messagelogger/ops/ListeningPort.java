package io.messagelogger.ops;

import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The port that this server listens on, or is about to. Liberty opens it after the application has
 * started, and only warns when it cannot; an application that is deployed to a running server finds
 * it open. Immutable.
 *
 * @param host the address to listen on; * for all
 * @param number the port
 * @param setting what sets it
 */
record ListeningPort(String host, int number, Setting setting) {
  private static final Logger LOG = Logger.getLogger(ListeningPort.class.getName());

  /** The kernel's word for a socket that listens. */
  private static final String LISTEN = "0A";

  /** What keeps this server from listening; empty when the port is free or this server's own. */
  Optional<String> obstacle() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // connections of a server that has just ended do not count
      // On the address alone: what listens on the same port of another is no obstacle.
      socket.bind(
          host.equals("*") ? new InetSocketAddress(number) : new InetSocketAddress(host, number));
      return Optional.empty();
    } catch (IOException e) {
      return isOurs()
          ? Optional.empty()
          : Optional.of(
              "port %d (%s) of %s (HTTP_HOST) cannot be opened: %s"
                  .formatted(number, setting, host, e.getMessage()));
    }
  }

  /** Whether a socket of this process listens on the port, as Linux tells; true elsewhere. */
  private boolean isOurs() {
    Path process = Path.of("/proc/self");
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      Set<String> listening =
          Stream.concat(
                  Files.readAllLines(process.resolve("net/tcp")).stream(),
                  Files.readAllLines(process.resolve("net/tcp6")).stream())
              .map(line -> line.strip().split("\\s+"))
              .filter(column -> column.length > 9 && column[3].equals(LISTEN))
              .filter(column -> column[1].endsWith(":%04X".formatted(number)))
              .map(column -> "socket:[" + column[9] + "]")
              .collect(Collectors.toSet());
      return files.anyMatch(file -> listening.contains(target(file)));
    } catch (IOException e) {
      LOG.log(Level.FINE, "Cannot tell who listens on port " + number, e);
      return true;
    }
  }

  /** What a file descriptor refers to; empty when it was closed meanwhile. */
  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException e) {
      LOG.log(Level.FINEST, "A file was closed meanwhile", e);
      return "";
    }
  }
}
