package io.messagelogger.api;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;

/** The connections that requests come over. Stateless. */
public final class Connections {
  private Connections() {}

  /** Cuts the connection of a request, so that its answer does not end as if it were complete. */
  public static void cut(HttpServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
  }
}
