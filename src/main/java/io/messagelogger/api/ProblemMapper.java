package io.messagelogger.api;

import io.messagelogger.filter.InvalidParametersException;
import io.messagelogger.queue.QueueUnavailableException;
import io.messagelogger.store.AbandonedException;
import io.messagelogger.store.StoreUnavailableException;
import jakarta.transaction.TransactionalException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/** Every failure of a request as a problem. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = Logger.getLogger(ProblemMapper.class.getName());

  @Override
  public Response toResponse(Throwable failure) {
    if (failure instanceof ProblemException e) {
      return switch (e.problem().status()) {
        case 429, 503 -> later(e.problem());
        default -> e.problem().response();
      };
    }
    if (failure instanceof InvalidParametersException e) {
      return Problem.of(e.faults()).response();
    }
    if (failure instanceof StoreUnavailableException
        || failure instanceof CircuitBreakerOpenException
        || failure instanceof TransactionalException) { // a commit that has failed
      return unavailable("The database does not answer; nothing is lost, try again");
    }
    if (failure instanceof AbandonedException) { // and nobody reads this
      return unavailable("Nobody waited for the answer any more");
    }
    if (failure instanceof QueueUnavailableException) {
      return unavailable(
          "Redis has not confirmed that it has the messages; send them again, the same message is"
              + " stored once");
    }
    if (failure instanceof WebApplicationException e) {
      Response response = e.getResponse();
      if (response.getStatusInfo().getFamily() == Response.Status.Family.REDIRECTION) {
        return response;
      }
      Response.ResponseBuilder builder =
          Problem.of(
                  response.getStatus(),
                  response.getStatusInfo().getReasonPhrase(),
                  detail(response.getStatus()))
              .builder();
      if (response.getHeaderString(HttpHeaders.ALLOW) != null) {
        builder.header(HttpHeaders.ALLOW, response.getHeaderString(HttpHeaders.ALLOW));
      }
      return builder.build();
    }
    LOG.log(Level.SEVERE, "A request failed in an unforeseen way", failure);
    return Problem.of(
            500, "Internal Server Error", "This is a fault of the service; its log has more")
        .response();
  }

  private static Response unavailable(String detail) {
    return later(Problem.of(503, "Service Unavailable", detail));
  }

  private static Response later(Problem problem) {
    return problem.builder().header(HttpHeaders.RETRY_AFTER, "1").build();
  }

  private static String detail(int status) {
    return switch (status) {
      case 404 -> "There is nothing at this path";
      case 405 -> "This path does not have this method";
      case 406 -> "This path does not answer in a format that the client accepts";
      case 415 -> "Send JSON, with the header Content-Type: application/json";
      default -> "The request cannot be answered";
    };
  }
}
