package io.messagelogger.live;

import io.messagelogger.access.Admitted;
import io.messagelogger.access.Role;
import io.messagelogger.filter.Fault;
import io.messagelogger.filter.InvalidParametersException;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.log.CommitLog;
import io.messagelogger.store.log.LogPosition;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The door to the live feed: takes WebSocket handshakes at / and requests for events at
 * /messages/live, and leaves everything else to the chain. What is wrong with a request is answered
 * before the upgrade. Comes after the filter that lets in only those who may read.
 */
public class FeedFilter implements Filter {
  private static final Logger LOG = Logger.getLogger(FeedFilter.class.getName());
  private static final String EVENTS = "/messages/live";
  private static final String PROTOCOL = "message-logger.v1";
  private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
  private static final long ENDLESS = 1L << 50;
  private static final int SHOWN_AGENT = 80;
  private static final JsonProvider JSON = JsonProvider.provider();

  private final Feed feed;
  private final Tailer tailer;
  private final CommitLog log;

  /** Lets clients in to this feed. */
  @Inject
  public FeedFilter(Feed feed, Tailer tailer, CommitLog log) {
    this.feed = feed;
    this.tailer = tailer;
    this.log = log;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest asked
        && response instanceof HttpServletResponse answer) {
      String path = asked.getRequestURI();
      boolean socket = path.equals("/") && "websocket".equalsIgnoreCase(asked.getHeader("Upgrade"));
      boolean events = path.equals(EVENTS) && "GET".equals(asked.getMethod());
      if (socket || events) {
        letIn(asked, answer, events);
        return;
      }
    }
    chain.doFilter(request, response);
  }

  private void letIn(HttpServletRequest request, HttpServletResponse response, boolean events)
      throws IOException, ServletException {
    if (!events && !isHandshake(request)) {
      response.setHeader("Sec-WebSocket-Version", "13");
      refuse(response, 400, "This is not a WebSocket handshake of version 13", List.of());
      return;
    }
    if (events && feed.full()) {
      response.setHeader("Retry-After", "5");
      refuse(response, 503, "Too many clients (FEED_CLIENTS)", List.of());
      return;
    }
    Admitted admitted =
        Admitted.of(request.getUserPrincipal())
            .filter(one -> one.reader().is(Role.READER))
            .orElse(null);
    if (admitted == null) {
      LOG.severe("A client of the feed has come past the access filter");
      refuse(response, 403, "Not let in", List.of());
      return;
    }
    if (events && feed.full(admitted.reader().limitedAs())) {
      response.setHeader("Retry-After", "5");
      refuse(response, 429, "Too many feeds of one caller (SOCKETS_PER_CALLER)", List.of());
      return;
    }
    FeedRequest asked;
    try {
      asked =
          FeedParameters.read(
              request.getQueryString(),
              events,
              protocols(request).contains(PROTOCOL),
              request.getHeader("Last-Event-ID"),
              name(request),
              admitted);
    } catch (InvalidParametersException e) {
      refuse(response, 400, String.valueOf(e.getMessage()), e.faults());
      return;
    }
    LogPosition start = null;
    if (!asked.verbatim()) {
      try {
        start = start(asked);
      } catch (StoreUnavailableException e) {
        LOG.log(Level.INFO, "A feed client cannot start: {0}", e.getMessage());
        response.setHeader("Retry-After", "1");
        refuse(response, 503, "The database does not answer; try again", List.of());
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServletException(e);
      }
      if (start == null) {
        String detail = "this database has not given out this cursor; start from a time";
        String name = request.getHeader("Last-Event-ID") == null ? "since" : "Last-Event-ID";
        LogPosition after = asked.after();
        String value = after == null ? "" : after.cursor();
        refuse(response, 400, name + ": " + detail, List.of(new Fault(name, value, detail)));
        return;
      }
    }
    asked.reading().goOn();
    upgrade(request, response, events, feed.client(asked, start));
  }

  /** Null when the client has a cursor that is further than the log. */
  private @Nullable LogPosition start(FeedRequest asked) throws InterruptedException {
    LogPosition end = tailer.end();
    if (asked.since() != null) {
      LogPosition since = log.since(asked.since());
      return since.isBefore(end) ? since : end;
    }
    LogPosition after = asked.after();
    if (after == null) {
      return end;
    }
    return after.isBefore(end) || after.equals(end) || after.batch() <= log.next() ? after : null;
  }

  private static boolean isHandshake(HttpServletRequest request) {
    String key = request.getHeader("Sec-WebSocket-Key");
    return "GET".equals(request.getMethod())
        && "13".equals(request.getHeader("Sec-WebSocket-Version"))
        && key != null
        && key.length() == 24;
  }

  private static List<String> protocols(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Sec-WebSocket-Protocol")).stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(String::strip)
        .toList();
  }

  private static String name(HttpServletRequest request) {
    String agent = request.getHeader("User-Agent");
    String address = request.getRemoteAddr() + ":" + request.getRemotePort();
    if (agent == null) {
      return address;
    }
    String shown = agent.length() > SHOWN_AGENT ? agent.substring(0, SHOWN_AGENT) + "…" : agent;
    return address + " (" + shown.replaceAll("[^\\x20-\\x7e…]", "?") + ")";
  }

  private static void upgrade(
      HttpServletRequest request, HttpServletResponse response, boolean events, FeedClient client)
      throws IOException, ServletException {
    if (events) {
      // Below the response, as its stream waits for the client. With a length the server adds no
      // end
      // of its own to it.
      response.setStatus(HttpServletResponse.SC_OK);
      response.setContentType("text/event-stream");
      response.setCharacterEncoding(StandardCharsets.UTF_8.name());
      response.setContentLengthLong(ENDLESS);
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("X-Accel-Buffering", "no"); // nginx would keep events back
      response.setHeader("Connection", "close");
    } else {
      response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
      response.setHeader("Upgrade", "websocket");
      response.setHeader("Connection", "Upgrade");
      response.setHeader("Sec-WebSocket-Accept", accept(request.getHeader("Sec-WebSocket-Key")));
      if (protocols(request).contains(PROTOCOL)) {
        response.setHeader("Sec-WebSocket-Protocol", PROTOCOL);
      }
    }
    request.upgrade(FeedConnection.class).serve(client);
  }

  private static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Answers with a problem (RFC 9457), as the REST API does. */
  private static void refuse(
      HttpServletResponse response, int status, String detail, List<Fault> faults)
      throws IOException {
    JsonObjectBuilder problem =
        JSON.createObjectBuilder()
            .add("type", "about:blank")
            .add("title", title(status))
            .add("status", status)
            .add("detail", detail)
            .add("error", detail);
    if (!faults.isEmpty()) {
      JsonArrayBuilder errors = JSON.createArrayBuilder();
      for (Fault fault : faults) {
        errors.add(
            JSON.createObjectBuilder()
                .add("parameter", fault.parameter())
                .add("value", fault.value())
                .add("detail", fault.detail()));
      }
      problem.add("errors", errors);
    }
    byte[] body = problem.build().toString().getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/problem+json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 429 -> "Too Many Requests";
      default -> "Service Unavailable";
    };
  }
}
