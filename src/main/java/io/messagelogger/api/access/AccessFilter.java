package io.messagelogger.api.access;

import io.messagelogger.access.Admitted;
import io.messagelogger.access.Reader;
import io.messagelogger.access.Reading;
import io.messagelogger.access.Role;
import io.messagelogger.api.Caller;
import io.messagelogger.message.Printable;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.audit.ReadAudit;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * In front of everything that this application answers: establishes who asks, and lets through what
 * {@link Rules} allow. What is in no rule is not there, whoever asks. Thread-safe.
 */
public class AccessFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = Logger.getLogger(AccessFilter.class.getName());
  private static final String BEARER = "bearer ";
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final int STRICT_TRANSPORT_SECONDS = 31_536_000;

  @Inject private transient Authenticator authenticator;
  @Inject private transient TicketOffice tickets;
  @Inject private transient Limits limits;
  @Inject private transient Hosts hosts;
  @Inject private transient Origins origins;
  @Inject private transient Places places;
  @Inject private transient ReadAudit audit;

  @Override
  protected void doFilter(HttpServletRequest http, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Answer answer = new Answer(response);
    if (http.isSecure()) {
      answer
          .response()
          .setHeader("Strict-Transport-Security", "max-age=" + STRICT_TRANSPORT_SECONDS);
    }
    if (!hosts.allow(http)) {
      answer.problem(
          421,
          "Misdirected Request",
          "Where nobody has to say who they are, this server answers to localhost, 127.0.0.1 and [::1] only"
              + " (JWT_ISSUER, API_KEYS_FILE, ALLOW_ANONYMOUS)");
      return;
    }
    String method = Asked.method(http);
    String path = Asked.path(http);
    Rules.Rule rule = Rules.rule(method, path).orElse(null);
    if (rule == null && !method.equals(Rules.WEBSOCKET) && isPage(path)) {
      rule = Rules.Rule.OPEN;
    }
    if (!SAFE.contains(http.getMethod()) || method.equals(Rules.WEBSOCKET)) {
      if (!origins.allow(http)) {
        answer.problem(403, "Forbidden", "Pages of this origin may not do this (FEED_ORIGINS)");
        return;
      }
    }
    if (rule == Rules.Rule.OPEN) {
      chain.doFilter(http, response);
      return;
    }
    Reader reader = authenticate(http, method, path, answer);
    if (reader == null) {
      return;
    }
    if (rule == null) {
      Set<String> methods = Rules.methods(path);
      if (methods.isEmpty()) {
        answer.problem(404, "Not Found", "There is nothing at this path");
      } else {
        answer.response().setHeader("Allow", String.join(", ", methods));
        if (method.equals("OPTIONS")) {
          answer.response().setStatus(HttpServletResponse.SC_NO_CONTENT);
          return;
        }
        answer.problem(405, "Method Not Allowed", "This path does not have this method");
      }
      return;
    }
    Role role = rule.role();
    if (role != null && !reader.is(role)) {
      LOG.log(
          Level.INFO,
          "Refused {0} {1} of {2}: not a {3}",
          new Object[] {
            method, Printable.line(path), Printable.line(String.valueOf(reader.name())), role.text()
          });
      answer.forbidden(role);
      return;
    }
    pass(reader, http, rule, answer, chain);
  }

  private void pass(
      Reader reader, HttpServletRequest request, Rules.Rule rule, Answer answer, FilterChain chain)
      throws IOException, ServletException {
    Limits.Pass pass;
    try {
      pass = limits.enter(reader);
    } catch (Limits.ExceededException e) {
      answer.response().setHeader("Retry-After", "1");
      answer.problem(429, "Too Many Requests", String.valueOf(e.getMessage()));
      return;
    }
    boolean left = false;
    try {
      Caller caller = Caller.attach(request, reader);
      if (audit.on() && (rule == Rules.Rule.READER || rule == Rules.Rule.OPERATOR)) {
        audited(caller, request, answer, chain);
      } else {
        chain.doFilter(known(request, reader, Reading.unrecorded()), answer.response());
      }
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new AtEnd(pass));
        left = true;
      }
    } finally {
      if (!left) {
        pass.close();
      }
    }
  }

  private Known known(HttpServletRequest request, Reader reader, Reading reading) {
    return new Known(request, new Admitted(reader, reader.countedAs(places.of(request)), reading));
  }

  /** Answers what has been recorded; what cannot be recorded is not answered. */
  private void audited(Caller caller, HttpServletRequest request, Answer answer, FilterChain chain)
      throws IOException, ServletException {
    Reading reading;
    try {
      reading =
          audit.asked(
              caller.reader().name(),
              request.getMethod(),
              request.getRequestURI() + Query.withoutTicket(request.getQueryString()));
    } catch (StoreUnavailableException e) {
      LOG.log(Level.WARNING, "A question was not recorded, and not answered: {0}", e.getMessage());
      answer.unavailable("What is read is recorded, and the database does not answer; try again");
      return;
    }
    try {
      chain.doFilter(known(request, caller.reader(), reading), answer.response());
    } finally {
      if (!reading.goesOn()) {
        reading.ended(caller.rows());
      }
    }
  }

  /** Who asks; null when that has been answered already. */
  private @Nullable Reader authenticate(
      HttpServletRequest request, String method, String path, Answer answer) throws IOException {
    if (!authenticator.required()) {
      return Reader.ANYONE;
    }
    List<String> headers = Collections.list(request.getHeaders("Authorization"));
    String ticket =
        method.equals(Rules.WEBSOCKET) || path.equals("/messages/live")
            ? Query.first(request.getQueryString(), "ticket")
            : null;
    try {
      if (headers.isEmpty() && ticket != null) {
        return tickets.redeem(ticket);
      }
      if (headers.isEmpty()) {
        answer.unauthorized(null, "Say who you are, with the header Authorization: Bearer ...");
        return null;
      }
      String header = headers.get(0);
      if (headers.size() > 1
          || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())
          || header.substring(BEARER.length()).isBlank()) {
        answer.unauthorized("invalid_request", "The header must be one Authorization: Bearer ...");
        return null;
      }
      return authenticator.bearer(header.substring(BEARER.length()).strip());
    } catch (RefusedException e) {
      LOG.log(
          Level.INFO,
          "Refused {0} {1} from {2}: {3}",
          new Object[] {
            method, Printable.line(path), request.getRemoteAddr(), Printable.line(e.forLog())
          });
      answer.unauthorized("invalid_token", String.valueOf(e.getMessage()));
    } catch (Tokens.UnavailableException e) {
      LOG.log(Level.WARNING, "Tokens cannot be checked: {0}", e.getMessage());
      answer.unavailable("The keys of the issuer cannot be had; try again");
    } catch (QueueUnavailableException e) {
      answer.unavailable("Tickets cannot be checked: Redis does not answer; try again");
    }
    return null;
  }

  /** Whether the page is there, or has a file of this path; it takes no method that changes. */
  private boolean isPage(String path) {
    if (path.equals("/")) {
      return true;
    }
    String upper = path.toUpperCase(Locale.ROOT);
    if (upper.startsWith("/WEB-INF") || upper.startsWith("/META-INF") || path.endsWith("/")) {
      return false;
    }
    try {
      return getServletContext().getResource(path) != null;
    } catch (IOException | IllegalArgumentException e) {
      return false; // not a path that a file can have
    }
  }

  /** A request whose sender is known, to those too who ask the container for it. */
  private static final class Known extends HttpServletRequestWrapper {
    private final Principal principal;

    Known(HttpServletRequest request, Admitted admitted) {
      super(request);
      this.principal = admitted;
    }

    @Override
    public Principal getUserPrincipal() {
      return principal;
    }
  }

  /** Ends what was let in when its asynchronous answer ends. */
  private record AtEnd(Limits.Pass pass) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      pass.close();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      LOG.fine("An asynchronous answer took too long; onComplete follows");
    }

    @Override
    public void onError(AsyncEvent event) {
      LOG.fine("An asynchronous answer has failed; onComplete follows");
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
