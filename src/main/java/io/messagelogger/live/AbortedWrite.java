package io.messagelogger.live;

import jakarta.servlet.http.WebConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Gives up what is on its way on an upgraded connection to a client that does not read. The Servlet
 * API knows no way; the connection of Open Liberty (26.0.0.5) below it does, and it is called by
 * reflection. Where a server does not have it, the server's upgradewritetimeout ends the write.
 * Thread-safe.
 */
final class AbortedWrite {
  private static final Logger LOG = Logger.getLogger(AbortedWrite.class.getName());

  private AbortedWrite() {}

  /** Fails the write of this connection, of which its write listener is told then. */
  static void of(WebConnection connection) {
    try {
      Method context = connection.getClass().getMethod("getTCPConnectionContext");
      Method writer = context.getReturnType().getMethod("getWriteInterface");
      Class<?> type = writer.getReturnType();
      Method write =
          Arrays.stream(type.getMethods())
              .filter(method -> method.getName().equals("write") && method.getParameterCount() == 4)
              .findFirst()
              .orElseThrow(NoSuchMethodException::new);
      Object tcp = writer.invoke(context.invoke(connection));
      write.invoke(tcp, 0L, null, false, type.getField("ABORT_TIMEOUT").getInt(null));
    } catch (InvocationTargetException e) {
      LOG.log(Level.FINE, "A write could not be given up; its connection is gone", e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "This server cannot give up a write; a feed client that reads nothing may hold up a stop",
          e);
    }
  }
}
