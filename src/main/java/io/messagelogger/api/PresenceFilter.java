package io.messagelogger.api;

import io.messagelogger.store.Asker;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * In front of the questions: while one is answered, it is looked whether its client is still there.
 * Thread-safe.
 */
public class PresenceFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Set<String> QUESTIONS = Set.of("GET", "HEAD");

  @Inject private transient Presence presence;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!QUESTIONS.contains(request.getMethod())) {
      chain.doFilter(request, response);
      return;
    }
    Asker asker = Asker.begin();
    Presence.Watch watch = presence.watch(request, asker);
    try {
      chain.doFilter(request, response);
    } finally {
      watch.end();
      asker.end();
      Outgoing.end(request);
    }
  }
}
