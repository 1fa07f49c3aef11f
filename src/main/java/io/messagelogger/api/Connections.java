package io.messagelogger.api;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
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

  private Connections() {}

  /** Cuts the connection of a request, so that its answer does not end as if it were complete. */
  public static void cut(HttpServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
    try {
      Object of = call(inner, "getIRequest");
      Object connection = call(of, "getHttpInboundConnection");
      connection
          .getClass()
          .getMethod("finish", Exception.class)
          .invoke(connection, new IOException("the answer was cut"));
    } catch (ReflectiveOperationException e) {
      LOG.log(Level.WARNING, "A cut answer could not be made to look cut: {0}", e.toString());
    }
  }

  private static Object call(Object target, String method)
      throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
    return target.getClass().getMethod(method).invoke(target);
  }
}
