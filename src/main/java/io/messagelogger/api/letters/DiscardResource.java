package io.messagelogger.api.letters;

import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.requeue.Discarding;
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
import java.util.Collections;
import java.util.Set;

/**
 * Discarding many dead letters, in the background; each is on record. META-INF/openapi.yaml
 * describes the paths. Thread-safe.
 */
@Path("/discard")
@ApplicationScoped
@Produces({MediaType.APPLICATION_JSON, Problem.TYPE})
public class DiscardResource {
  private static final int DEFAULT_RATE = 1_000;
  private static final Set<String> SELECTING = Set.of("kind", "reason", "state");
  private static final int MAX_RATE = 10_000;

  private static final SelectionAnswers ANSWERS =
      new SelectionAnswers("discarding", "discarded", "/dead-letters/discard");

  private final Discarding discards;

  /** Discards from the store. */
  @Inject
  public DiscardResource(Discarding discards) {
    this.discards = discards;
  }

  /**
   * Starts on a selection. 400 when a parameter is wrong, or when nothing is selected: all open
   * letters have to be asked for. 409 when this server is discarding one already.
   */
  @POST
  public Response start(@Context HttpServletRequest request, @Context UriInfo uri) {
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    LetterSelection selection = LetterParameters.selection(parameters);
    int perSecond = parameters.number("rate", 1, MAX_RATE, DEFAULT_RATE);
    parameters.check();
    if (Collections.disjoint(parameters.values().keySet(), SELECTING)) {
      throw ProblemException.badRequest(
          "select what to discard by kind, reason or state (open, retried, all)");
    }
    return ANSWERS.started(discards.start(selection, perSecond), uri);
  }

  /** How far that has come on this server. 404 when it was not asked to yet. */
  @GET
  public Response progress() {
    return ANSWERS.progress(discards.progress());
  }

  /** Stops it; what is left stays. 404 when it was not asked to yet. */
  @DELETE
  public Response stop() {
    ANSWERS.progress(discards.progress()); // 404 when there is nothing to stop
    discards.stop("it was stopped");
    return Response.noContent().build();
  }
}
