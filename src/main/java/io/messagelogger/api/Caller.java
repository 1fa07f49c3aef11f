package io.messagelogger.api;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Scope;
import jakarta.servlet.ServletRequest;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who sent a request, and how many messages it was answered with. Attached by the filter in front
 * of all that is answered; a request without one was not let in. Thread-safe.
 */
public final class Caller {
  private static final String ATTRIBUTE = Caller.class.getName();

  private final Reader reader;
  private final AtomicLong rows = new AtomicLong();

  private Caller(Reader reader) {
    this.reader = reader;
  }

  /** Lets the reader's request in. */
  public static Caller attach(ServletRequest request, Reader reader) {
    Caller caller = new Caller(reader);
    request.setAttribute(ATTRIBUTE, caller);
    return caller;
  }

  /**
   * Who sent the request.
   *
   * @throws IllegalStateException when it was not let in
   */
  public static Caller of(ServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof Caller caller) {
      return caller;
    }
    throw new IllegalStateException("a request has come past the filter");
  }

  public Reader reader() {
    return reader;
  }

  /** Which messages it may see. */
  public Scope scope() {
    return reader.scope();
  }

  /** Counts messages of the answer, for the record of what was read. */
  public void answered(long messages) {
    rows.addAndGet(messages);
  }

  /** How many messages have been counted. */
  public long rows() {
    return rows.get();
  }
}
