package io.messagelogger.dev;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.Optional;

/** TCP ports of this machine. Stateless. */
public final class Ports {
  private Ports() {}

  /** Why a server cannot listen on that port, as the rest of a sentence; empty when it can. */
  static Optional<String> obstacle(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound() ? Optional.empty() : Optional.of("cannot be opened");
    } catch (BindException e) {
      String reason = String.valueOf(e.getMessage());
      return Optional.of(
          reason.startsWith("Address already in use")
              ? "is in use"
              : "cannot be opened (" + reason + ")");
    }
  }

  /**
   * Checks that a server can listen on a port.
   *
   * @throws IOException when it cannot
   */
  static void require(int port) throws IOException {
    Optional<String> obstacle = obstacle(port);
    if (obstacle.isPresent()) {
      throw new IOException("Port " + port + " " + obstacle.get());
    }
  }

  /** The port, or a free one for 0. */
  public static int orFree(int port) throws IOException {
    if (port != 0) {
      return port;
    }
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
