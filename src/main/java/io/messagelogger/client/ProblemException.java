package io.messagelogger.client;

import java.util.List;

/** What the service says when it does not do what it is asked for (RFC 9457). */
public class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient List<Fault> faults;

  /**
   * A problem.
   *
   * @param status the HTTP status
   * @param detail what went wrong, for a person
   * @param faults the parameters that are wrong; none when none is
   */
  public ProblemException(int status, String detail, List<Fault> faults) {
    super(status + ": " + detail);
    this.status = status;
    this.faults = List.copyOf(faults);
  }

  /**
   * A parameter that is wrong.
   *
   * @param detail what it takes
   */
  public record Fault(String parameter, String value, String detail) {}

  public int status() {
    return status;
  }

  public List<Fault> faults() {
    return faults;
  }
}
