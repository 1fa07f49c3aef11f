package io.messagelogger.api;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The connections that requests come over. Jakarta Servlet has no way to end an answer that has
 * begun but as if it were complete: a chunked answer gets its last chunk even when its writer
 * fails. Liberty's own classes have one; they are reached by reflection, so that the service
 * compiles, and answers, without them. Stateless.
 */
public final class Connections {
  private static final Logger LOG = Logger.getLogger(Connections.class.getName());

  private static final String ATTRIBUTE = Connections.class.getName();

  private Connections() {}

  /** Keeps the container's own request at hand, which JAX-RS and filters wrap. */
  static void keep(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, request);
  }

  /** Cuts the connection of a request, so that its answer does not end as if it were complete. */
  public static void cut(HttpServletRequest request) {
    if (!(request.getAttribute(ATTRIBUTE) instanceof ServletRequest inner)) {
      throw new IllegalStateException("a request has come past the filter");
    }
    if (inner.getProtocol().equals("HTTP/1.0")) {
      // No chunk is missing there: the end of the connection is the end of the answer.
      channel(request).ifPresent(Connections::reset);
    }
    try {
      Object of = call(inner, "getIRequest");
      Object connection = call(of, "getHttpInboundConnection");
      // The link below HTTP: what is above would write the last chunk before it closes.
      Object link = call(connection, "getHttpInboundDeviceLink");
      Object virtual = call(link, "getVirtualConnection");
      for (Method method : link.getClass().getMethods()) {
        if (method.getName().equals("close") && method.getParameterCount() == 2) {
          method.setAccessible(true);
          method.invoke(link, virtual, new IOException("the answer was cut"));
          return;
        }
      }
      LOG.warning("A cut answer could not be made to look cut: no connection can be closed");
    } catch (ReflectiveOperationException e) {
      LOG.log(Level.WARNING, "A cut answer could not be made to look cut: {0}", e.toString());
    }
  }

  /**
   * The socket that a request came over; empty when it cannot be told, as under TLS of the server's
   * own.
   */
  static Optional<SocketChannel> channel(HttpServletRequest request) {
    if (!(request.getAttribute(ATTRIBUTE) instanceof ServletRequest inner)) {
      return Optional.empty();
    }
    try {
      Object connection = call(call(inner, "getIRequest"), "getHttpInboundConnection");
      Object link = call(connection, "getHttpInboundDeviceLink");
      return call(call(link, "getSocketIOChannel"), "getSocket") instanceof Socket socket
          ? Optional.ofNullable(socket.getChannel())
          : Optional.empty();
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(Level.FINE, "Whether a client is still there cannot be told", e);
      return Optional.empty();
    }
  }

  /** Makes the end of a connection a reset. */
  private static void reset(SocketChannel channel) {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      LOG.log(Level.FINE, "A connection has failed", e);
    }
  }

  /**
   * Whether nobody is at the other end any more. Nothing is read: what is there may be the next
   * request. A client that has ended its own sending counts as gone, as it does with usual proxies.
   */
  static boolean gone(SocketChannel channel) {
    try (Selector selector = channel.provider().openSelector()) {
      channel.register(selector, SelectionKey.OP_READ);
      // Ready to be read with nothing to read is the end.
      return selector.selectNow() > 0 && channel.socket().getInputStream().available() == 0;
    } catch (ClosedChannelException e) {
      return true;
    } catch (IOException e) {
      LOG.log(Level.FINE, "A connection has failed", e);
      return true;
    } catch (IllegalBlockingModeException e) {
      LOG.log(Level.FINE, "Whether a client is still there cannot be told", e);
      return false;
    }
  }

  private static Object call(Object target, String method)
      throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
    Method found = target.getClass().getMethod(method);
    found.setAccessible(true); // public methods of classes that are not
    return found.invoke(target);
  }
}
