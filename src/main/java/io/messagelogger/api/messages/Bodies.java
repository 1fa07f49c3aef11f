package io.messagelogger.api.messages;

import io.messagelogger.api.Problem;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of requests that arrive: how much memory they take together, and how slowly each may
 * come. Thread-safe.
 */
@ApplicationScoped
public class Bodies implements Part {
  static final Problem TOO_MANY =
      Problem.of(
          503,
          "Service Unavailable",
          "Too many large requests at the same time; none of this one was taken");

  static final Problem BROKEN =
      Problem.of(
          400,
          "Bad Request",
          "The body broke off, or is not what its Content-Encoding says; none of it was taken");

  static final Problem IN_THE_WAY =
      Problem.of(
          408,
          "Request Timeout",
          "Nothing of the body arrived for seconds, and others wait for its memory; none of it was"
              + " taken");

  /** Each on a thread of the server. */
  private static final int MOST_WAITING = 32;

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final BodyMemory memory;
  private final int maxBytes;
  private final int bytesPerSecond;
  private final Set<Body> all = ConcurrentHashMap.newKeySet();

  @Resource private ManagedScheduledExecutorService scheduler;
  private volatile @Nullable Repeating looks;

  @Inject
  public Bodies(Settings settings) {
    this.maxBytes = settings.count(Setting.MAX_REQUEST_BYTES);
    this.bytesPerSecond = settings.count(Setting.REQUEST_MIN_RATE);
    this.memory = new BodyMemory(maxBytes, MOST_WAITING);
  }

  @Override
  public String name() {
    return "arriving bodies";
  }

  @Override
  public void start() {
    looks =
        Repeating.start(scheduler, "looking at what arrives slowly", SECOND, SECOND, this::look);
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    Repeating running = looks;
    return running == null || running.stop(limit);
  }

  /** Reads the body of a request; then the request goes on, with {@link Body#of}. */
  void receive(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (request.getContentLengthLong() > maxBytes) {
      response.setHeader("Connection", "close"); // the body is not read
      tooLarge().write(response);
      return;
    }
    Body body = new Body(this, request, response);
    all.add(body);
    body.begin();
  }

  private void look() {
    long now = System.nanoTime();
    boolean wanted = memory.wanted();
    all.forEach(body -> body.look(now, wanted));
  }

  BodyMemory memory() {
    return memory;
  }

  int maxBytes() {
    return maxBytes;
  }

  int bytesPerSecond() {
    return bytesPerSecond;
  }

  Problem tooLarge() {
    return Problem.of(
        413,
        "Content Too Large",
        "The request has more than %d bytes (MAX_REQUEST_BYTES)".formatted(maxBytes));
  }

  Problem tooSlow() {
    return Problem.of(
        408,
        "Request Timeout",
        "The body arrived more slowly than %d bytes a second (REQUEST_MIN_RATE); none of it was taken"
            .formatted(bytesPerSecond));
  }

  void arrived(Body body) {
    all.remove(body);
  }

  /** It needs no memory any more. */
  void ended(Body body, long taken) {
    all.remove(body);
    memory.giveBack(body, taken);
  }
}
