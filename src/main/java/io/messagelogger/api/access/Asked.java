package io.messagelogger.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Locale;

/** What a request asks for, in the words of {@link Rules}. */
final class Asked {
  private Asked() {}

  /** The method, that of GET for HEAD, or {@link Rules#WEBSOCKET}. */
  static String method(HttpServletRequest request) {
    for (String upgrade : Collections.list(request.getHeaders("Upgrade"))) {
      if (upgrade.toLowerCase(Locale.ROOT).contains("websocket")) {
        return Rules.WEBSOCKET;
      }
    }
    return request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
  }

  /** The path as the container has decoded and normalised it to choose what answers. */
  static String path(HttpServletRequest request) {
    String path =
        request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
    if (path.isEmpty()) {
      return "/";
    }
    // JAX-RS takes them for the same; behind /subject/ the slash is part of a name.
    return path.length() > 1 && path.endsWith("/") && Rules.methods(path).isEmpty()
        ? path.substring(0, path.length() - 1)
        : path;
  }
}
