package io.messagelogger.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.Semaphore;

/**
 * What answers of large messages have in memory while their clients read them, all together: a
 * client that reads slowly holds its part for as long, and there may be any number of them. A part
 * is given back when its request ends. Thread-safe.
 */
@ApplicationScoped
public class Outgoing {
  private static final String ATTRIBUTE = Outgoing.class.getName();

  /** What an answer may have without being counted. */
  private static final long SMALL = 128 << 10;

  private static final int KIB = 1024;

  /** Answers may fill one in so many parts of the heap. */
  private static final int PARTS = 4;

  private final int most;
  private final Semaphore kibibytes;

  /** As much as the heap allows. */
  public Outgoing() {
    this(Runtime.getRuntime().maxMemory() / PARTS);
  }

  /**
   * The same with another limit.
   *
   * @param bytes that answers may have together
   */
  Outgoing(long bytes) {
    this.most = (int) Math.min(Integer.MAX_VALUE, bytes / KIB);
    this.kibibytes = new Semaphore(most);
  }

  /** What a request has taken. Used by one thread. */
  private record Part(Semaphore from, int kibibytes) {}

  /**
   * Takes the part of an answer, once a request. One that is larger than all there is goes alone.
   *
   * @param bytes about what it has in memory
   * @throws ProblemException 503 when others have too much
   */
  public void take(HttpServletRequest request, long bytes) {
    if (bytes <= SMALL) {
      return;
    }
    Part part = new Part(kibibytes, (int) Math.min(most, bytes / KIB));
    if (!kibibytes.tryAcquire(part.kibibytes())) {
      throw ProblemException.unavailable(
          "Too many large answers are being read at the same time; try again, or ask for fewer"
              + " messages");
    }
    request.setAttribute(ATTRIBUTE, part);
  }

  /** Gives back what a request has taken. */
  static void end(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof Part part) {
      request.removeAttribute(ATTRIBUTE);
      part.from().release(part.kibibytes());
    }
  }
}
