package io.messagelogger.api;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In front of all resources: what the server's JAX-RS fails at in a request's head never reaches
 * it. In a query, characters that may not stand there, and a percent sign that starts no escape,
 * are escaped; an Accept that cannot be read is answered with 400. Which of its formats a list is
 * answered in, it chooses itself: JAX-RS sees an Accept of anything. Thread-safe.
 */
public class TidyFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String ATTRIBUTE = "io.messagelogger.accept";
  private static final String ALLOWED = "!$&'()*+,-./0123456789:;=?@_~";

  @Inject private transient Settings settings;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (shared(request, response)) {
      return;
    }
    String header = String.join(",", Collections.list(request.getHeaders("Accept")));
    Accept accept = Accept.parse(header).orElse(null);
    if (accept == null) {
      Problem.of(400, "Bad Request", "Accept: the header is not a list of media types (RFC 9110)")
          .write(response);
      return;
    }
    request.setAttribute(ATTRIBUTE, accept);
    Connections.keep(request);
    boolean letters = request.getServletPath().startsWith("/dead-letters");
    chain.doFilter(new Tidy(request, escaped(request.getQueryString()), !letters), response);
  }

  /**
   * Lets pages of the origins of CORS_ORIGINS read (Fetch standard, 3.2).
   *
   * @return whether the browser asked for leave only, and has been answered
   */
  private boolean shared(HttpServletRequest request, HttpServletResponse response) {
    List<String> origins = settings.list(Setting.CORS_ORIGINS);
    String origin = request.getHeader("Origin");
    if (origins.isEmpty()) {
      return false;
    }
    response.addHeader("Vary", "Origin"); // also without one: the answer may be kept
    if (origin == null) {
      return false;
    }
    if (!origins.contains("*") && !origins.contains(origin)) {
      return false;
    }
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader(
        "Access-Control-Expose-Headers",
        "ETag, Link, Searched-From, Searched-To, Retry-After, Content-Disposition");
    if (!request.getMethod().equals("OPTIONS")
        || request.getHeader("Access-Control-Request-Method") == null) {
      return false;
    }
    response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
    response.setHeader("Access-Control-Allow-Headers", "Authorization, If-None-Match");
    response.setHeader("Access-Control-Max-Age", "600");
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    return true;
  }

  /** What the client takes. */
  public static Accept accept(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof Accept accept
        ? accept
        : new Accept(List.of());
  }

  static @Nullable String escaped(@Nullable String query) {
    if (query == null) {
      return null;
    }
    StringBuilder escaped = new StringBuilder(query.length());
    query.codePoints().forEach(c -> escape(c, escaped));
    for (int i = escaped.indexOf("%"); i >= 0; i = escaped.indexOf("%", i + 1)) {
      if (i + 2 >= escaped.length()
          || Character.digit(escaped.charAt(i + 1), 16) < 0
          || Character.digit(escaped.charAt(i + 2), 16) < 0) {
        escaped.insert(i + 1, "25");
      }
    }
    return escaped.toString();
  }

  private static void escape(int c, StringBuilder escaped) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || c == '%' || (c < 0x80 && ALLOWED.indexOf(c) >= 0)) {
      escaped.appendCodePoint(c);
      return;
    }
    // The server reads a request line as ISO 8859-1; bytes of UTF-8 stay what they are.
    byte[] bytes =
        Character.toString(c)
            .getBytes(c < 0x100 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    for (byte b : bytes) {
      escaped.append("%%%02X".formatted(b));
    }
  }

  private static final class Tidy extends HttpServletRequestWrapper {
    private final @Nullable String query;
    private final boolean any;

    Tidy(HttpServletRequest request, @Nullable String query, boolean any) {
      super(request);
      this.query = query;
      this.any = any;
    }

    @Override
    public @Nullable String getQueryString() {
      return query;
    }

    @Override
    public String getHeader(String name) {
      return any && name.equalsIgnoreCase("Accept") ? "*/*" : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return any && name.equalsIgnoreCase("Accept")
          ? Collections.enumeration(List.of("*/*"))
          : super.getHeaders(name);
    }
  }
}
