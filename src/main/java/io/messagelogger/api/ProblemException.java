package io.messagelogger.api;

/** Ends a request with a problem. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** Ends it with 400. */
  public static ProblemException badRequest(String detail) {
    return new ProblemException(Problem.of(400, "Bad Request", detail));
  }

  /** Ends it with 503; the client is asked to come back. */
  public static ProblemException unavailable(String detail) {
    return new ProblemException(Problem.of(503, "Service Unavailable", detail));
  }

  public Problem problem() {
    return problem;
  }
}
