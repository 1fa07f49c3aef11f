package io.messagelogger.api.letters;

import io.messagelogger.api.Problem;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.requeue.Requeueing;
import io.messagelogger.store.letters.LetterSelection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/**
 * Putting many dead letters back into the queue, in the background. META-INF/openapi.yaml describes
 * the paths. Thread-safe.
 */
@Path("/retry")
@ApplicationScoped
@Produces({MediaType.APPLICATION_JSON, Problem.TYPE})
public class RetryResource {
  private static final int DEFAULT_RATE = 100;
  private static final int MAX_RATE = 10_000;

  private static final SelectionAnswers ANSWERS =
      new SelectionAnswers("retrying", "retried", "/dead-letters/retry");

  private final Requeueing retries;

  /** Puts back into the queue. */
  @Inject
  public RetryResource(Requeueing retries) {
    this.retries = retries;
  }

  /**
   * Starts on a selection of open letters. 400 when a parameter is wrong, 409 when this server is
   * retrying one already.
   */
  @POST
  public Response start(@Context HttpServletRequest request, @Context UriInfo uri) {
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    LetterSelection selection = LetterParameters.selection(parameters, LetterSelection.State.OPEN);
    int perSecond = parameters.number("rate", 1, MAX_RATE, DEFAULT_RATE);
    parameters.check();
    return ANSWERS.started(retries.start(selection, perSecond), uri);
  }

  /** How far that has come on this server. 404 when it was not asked to yet. */
  @GET
  public Response progress() {
    return ANSWERS.progress(retries.progress());
  }

  /** Stops it; what is left stays open. 404 when it was not asked to yet. */
  @DELETE
  public Response stop() {
    ANSWERS.progress(retries.progress()); // 404 when there is nothing to stop
    retries.stop("it was stopped");
    return Response.noContent().build();
  }
}
