package io.messagelogger.api.messages;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * In front of the resources that take messages, behind the filter that says who may: a request goes
 * on to them when its body has arrived. Thread-safe.
 */
public class BodyFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  @Inject private transient Bodies bodies;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean body =
        request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    if (body && request.getMethod().equals("POST")) {
      bodies.receive(request, response);
    } else {
      chain.doFilter(request, response);
    }
  }
}
