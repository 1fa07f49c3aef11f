package io.messagelogger.api;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.Socket;
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

  /** RFC 9113, 7. */
  private static final int INTERNAL_ERROR = 2;

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
    try {
      Object of = call(inner, "getIRequest");
      Object connection = call(of, "getHttpInboundConnection");
      Object stream = call(connection, "getHttpInboundLink");
      if (isOfHttp2(stream)) {
        reset(stream);
        return;
      }
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
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(Level.WARNING, "A cut answer could not be made to look cut: {0}", e.toString());
    }
  }

  private static boolean isOfHttp2(Object link) {
    return link.getClass().getSimpleName().startsWith("H2");
  }

  /** Over HTTP/2 only the stream is ended, by RST_STREAM; other answers go on. */
  private static void reset(Object stream) throws ReflectiveOperationException {
    Object connection = connectionOf(stream);
    Object id = call(stream, "getStreamId");
    Object processor =
        connection.getClass().getMethod("getStreamProcessor", Integer.class).invoke(connection, id);
    String room = stream.getClass().getPackageName();
    ClassLoader loader = stream.getClass().getClassLoader();
    Object frame =
        loader
            .loadClass(room + ".frames.FrameRstStream")
            .getConstructor(int.class, int.class, boolean.class)
            .newInstance(id, INTERNAL_ERROR, false);
    for (Method method : processor.getClass().getMethods()) {
      if (method.getName().equals("processNextFrame")) {
        Object out = method.getParameterTypes()[1].getField("WRITING_OUT").get(null);
        method.invoke(processor, frame, out);
        return;
      }
    }
    throw new NoSuchMethodException("processNextFrame");
  }

  private static Object connectionOf(Object stream) throws ReflectiveOperationException {
    return stream.getClass().getField("muxLink").get(stream);
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
      Object stream = call(connection, "getHttpInboundLink");
      Object link =
          isOfHttp2(stream)
              ? call(connectionOf(stream), "getTCPConnectionContext")
              : call(connection, "getHttpInboundDeviceLink");
      return call(call(link, "getSocketIOChannel"), "getSocket") instanceof Socket socket
          ? Optional.ofNullable(socket.getChannel())
          : Optional.empty();
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(Level.FINE, "Whether a client is still there cannot be told", e);
      return Optional.empty();
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
