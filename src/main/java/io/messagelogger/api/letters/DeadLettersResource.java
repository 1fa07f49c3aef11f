package io.messagelogger.api.letters;

import io.messagelogger.api.Cursor;
import io.messagelogger.api.Links;
import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.requeue.Requeueing;
import io.messagelogger.store.letters.BuriedLetter;
import io.messagelogger.store.letters.DeadLetters;
import io.messagelogger.store.letters.LetterDiscard;
import io.messagelogger.store.letters.LetterSelection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

/**
 * Dead letters over REST: looking through them, putting them back into the queue, discarding them.
 * META-INF/openapi.yaml describes the paths. Thread-safe.
 */
@Path("/")
@ApplicationScoped
@Produces({MediaType.APPLICATION_JSON, Problem.TYPE})
public class DeadLettersResource {
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  private final DeadLetters letters;
  private final Requeueing retries;
  private final LetterDiscard discards;
  private final Links links;

  /** Answers from the store, and puts back into the queue. */
  @Inject
  public DeadLettersResource(
      DeadLetters letters, Requeueing retries, LetterDiscard discards, Links links) {
    this.letters = letters;
    this.retries = retries;
    this.discards = discards;
    this.links = links;
  }

  /**
   * A page of them, newest first, of 1 to 1000 (100 when not said). 400 when a parameter is wrong,
   * 503 when the database does not answer, as in all that follow.
   */
  @GET
  public Response page(@Context HttpServletRequest request) {
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    LetterSelection selection = LetterParameters.selection(parameters);
    String after = parameters.once("after");
    DeadLetters.Position start = after == null ? null : Cursor.decodeLetter(after).orElse(null);
    if (after != null && start == null) {
      parameters.fault("after", after, "not a cursor of dead letters");
    }
    int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    parameters.check();
    DeadLetters.Page page = letters.page(selection, start, limit);
    Response.ResponseBuilder response =
        Response.ok(LetterJson.list(page.letters()), MediaType.APPLICATION_JSON_TYPE);
    if (page.next() != null) {
      response.header(HttpHeaders.LINK, links.page(request, Cursor.encode(page.next()), "next"));
    }
    return response.build();
  }

  /** One, with its message when that has 1 MiB at most. 404 when there is none of this number. */
  @GET
  @Path("{dead_letter_id: \\d+}")
  public Response one(@PathParam("dead_letter_id") String id) {
    BuriedLetter letter = letter(id);
    return Response.ok(
            LetterJson.whole(letter, letters.actions(letter.id())), MediaType.APPLICATION_JSON_TYPE)
        .build();
  }

  /** The bytes of one, streamed. 404 when there is none of this number. */
  @GET
  @Path("{dead_letter_id: \\d+}/payload")
  @Produces({MediaType.APPLICATION_OCTET_STREAM, Problem.TYPE})
  public Response payload(@PathParam("dead_letter_id") String id) {
    BuriedLetter letter = letter(id);
    StreamingOutput body = out -> letters.write(letter, out);
    return Response.ok(body, MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header(HttpHeaders.CONTENT_LENGTH, letter.bytes())
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"dead-letter-" + letter.id() + "\"")
        .build();
  }

  /**
   * Puts one back into the queue. 404 when there is none of this number, 409 when it is larger than
   * a message may be, 503 also when Redis does not answer.
   */
  @POST
  @Path("{dead_letter_id: \\d+}/retry")
  public Response retry(@PathParam("dead_letter_id") String id) {
    long number = number(id);
    return switch (retries.retry(number)) {
      case GONE -> throw notFound(id);
      case TOO_LARGE ->
          throw new ProblemException(
              Problem.of(
                  409,
                  "Conflict",
                  "Dead letter "
                      + id
                      + " is larger than a message may be (MAX_MESSAGE_BYTES); it would only come"
                      + " back"));
      case QUEUED, RETRIED_BEFORE ->
          Response.accepted(
                  JSON.createObjectBuilder()
                      .add("retried", 1)
                      .add("dead_letter_id", number)
                      .build()
                      .toString())
              .type(MediaType.APPLICATION_JSON_TYPE)
              .build();
    };
  }

  /** Discards one for good, which is recorded. 404 when there is none of this number. */
  @DELETE
  @Path("{dead_letter_id: \\d+}")
  public Response discard(@PathParam("dead_letter_id") String id) {
    if (!discards.discard(number(id))) {
      throw notFound(id);
    }
    return Response.noContent().build();
  }

  private BuriedLetter letter(String id) {
    return letters.find(number(id)).orElseThrow(() -> notFound(id));
  }

  /** The number of a letter; one that is too long for a number is the number of none. */
  private static long number(String id) {
    if (id.length() > 18) {
      throw notFound(id);
    }
    return Long.parseLong(id);
  }

  private static ProblemException notFound(String id) {
    return new ProblemException(
        Problem.of(404, "Not Found", "No dead letter has the number " + id));
  }
}
