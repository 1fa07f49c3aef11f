package io.messagelogger.api.letters;

import io.messagelogger.api.Cursor;
import io.messagelogger.api.Parameters;
import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.requeue.Requeueing;
import io.messagelogger.store.letters.BuriedLetter;
import io.messagelogger.store.letters.DeadLetter;
import io.messagelogger.store.letters.DeadLetters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters over REST: looking through them, putting them back into the queue, discarding them.
 * META-INF/openapi.yaml describes the paths. Thread-safe.
 */
@Path("/")
@ApplicationScoped
@Produces({MediaType.APPLICATION_JSON, Problem.TYPE})
public class DeadLettersResource {
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final String DEFAULT_LIMIT = "100";
  private static final String DEFAULT_RATE = "100";
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_RATE = 10_000;
  private static final String KINDS =
      Arrays.stream(DeadLetter.Kind.values())
          .map(DeadLetter.Kind::text)
          .collect(Collectors.joining(", "));

  private final DeadLetters letters;
  private final ClaimQueue queue;
  private final Requeueing retries;

  /** Answers from the store, and puts back into the queue. */
  @Inject
  public DeadLettersResource(DeadLetters letters, ClaimQueue queue, Requeueing retries) {
    this.letters = letters;
    this.queue = queue;
    this.retries = retries;
  }

  /**
   * A page of them, newest first, of 1 to 1000 (100 when not said). 400 when a parameter is wrong,
   * 503 when the database does not answer, as in all that follow.
   */
  @GET
  public Response page(
      @QueryParam("kind") @Nullable String kind,
      @QueryParam("reason") @Nullable String reason,
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("after") @Nullable String after,
      @Context UriInfo uri) {
    DeadLetters.Selection selection = selection(kind, reason, state(state));
    DeadLetters.Position start =
        after == null
            ? null
            : Cursor.decodeLetter(after)
                .orElseThrow(
                    () ->
                        ProblemException.badRequest(
                            "after: \"" + after + "\" is no cursor of this service"));
    DeadLetters.Page page =
        letters.page(
            selection,
            start,
            Parameters.number("limit", limit == null ? DEFAULT_LIMIT : limit, MAX_LIMIT));
    Response.ResponseBuilder response =
        Response.ok(LetterJson.list(page.letters()), MediaType.APPLICATION_JSON_TYPE);
    if (page.next() != null) {
      UriBuilder next =
          UriBuilder.fromPath(uri.getRequestUri().getRawPath())
              .replaceQuery(uri.getRequestUri().getRawQuery())
              .replaceQueryParam("after", Cursor.encode(page.next()));
      response.link(next.build(), "next");
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
    return switch (letters.retry(number, payload -> queue.push(List.of(payload)), true)) {
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

  /**
   * Puts many back into the queue, in the background. 400 when a parameter is wrong, 409 when this
   * server is at it already.
   */
  @POST
  @Path("retry")
  public Response retryMany(
      @QueryParam("kind") @Nullable String kind,
      @QueryParam("reason") @Nullable String reason,
      @QueryParam("rate") @Nullable String rate,
      @Context UriInfo uri) {
    Requeueing.Progress progress =
        retries
            .start(
                selection(kind, reason, DeadLetters.State.OPEN),
                Parameters.number("rate", rate == null ? DEFAULT_RATE : rate, MAX_RATE))
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(
                            409,
                            "Conflict",
                            "This server is retrying a selection of dead letters already; wait for"
                                + " it or stop it (DELETE /dead-letters/retry)")));
    return Response.accepted(json(progress))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .location(uri.getRequestUriBuilder().replaceQuery(null).build())
        .build();
  }

  /** How far that has come on this server. 404 when it was not asked to yet. */
  @GET
  @Path("retry")
  public Response progress() {
    return retries
        .progress()
        .map(progress -> Response.ok(json(progress), MediaType.APPLICATION_JSON_TYPE).build())
        .orElseThrow(DeadLettersResource::noRetry);
  }

  /** Stops it; what is left stays open. 404 when it was not asked to yet. */
  @DELETE
  @Path("retry")
  public Response stop() {
    if (retries.progress().isEmpty()) {
      throw noRetry();
    }
    retries.stop("it was stopped");
    return Response.noContent().build();
  }

  /** Discards one for good, which is recorded. 404 when there is none of this number. */
  @DELETE
  @Path("{dead_letter_id: \\d+}")
  public Response discard(@PathParam("dead_letter_id") String id) {
    if (!letters.discard(number(id))) {
      throw notFound(id);
    }
    return Response.noContent().build();
  }

  private BuriedLetter letter(String id) {
    return letters.find(number(id)).orElseThrow(() -> notFound(id));
  }

  private static DeadLetters.Selection selection(
      @Nullable String kind, @Nullable String reason, DeadLetters.State state) {
    DeadLetter.Kind known =
        kind == null
            ? null
            : DeadLetter.Kind.of(kind)
                .orElseThrow(
                    () ->
                        ProblemException.badRequest("kind: \"" + kind + "\" is none of " + KINDS));
    return new DeadLetters.Selection(known, reason, state);
  }

  private static DeadLetters.State state(@Nullable String text) {
    if (text == null) {
      return DeadLetters.State.OPEN;
    }
    return Arrays.stream(DeadLetters.State.values())
        .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                ProblemException.badRequest(
                    "state: \"" + text + "\" is none of open, retried, all"));
  }

  /** The number of a letter; one that is too long for a number is the number of none. */
  private static long number(String id) {
    if (id.length() > 18) {
      throw notFound(id);
    }
    return Long.parseLong(id);
  }

  private static String json(Requeueing.Progress progress) {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("selected", progress.selected())
            .add("retried", progress.retried())
            .add("skipped", progress.skipped())
            .add("failed", progress.failed())
            .add("rate", progress.rate())
            .add("started", progress.started().toString());
    LetterJson.time(json, "finished", progress.finished());
    if (progress.reason() == null) {
      json.addNull("reason");
    } else {
      json.add("reason", progress.reason());
    }
    return json.build().toString();
  }

  private static ProblemException notFound(String id) {
    return new ProblemException(
        Problem.of(404, "Not Found", "No dead letter has the number " + id));
  }

  private static ProblemException noRetry() {
    return new ProblemException(
        Problem.of(
            404, "Not Found", "This server has not retried a selection of dead letters yet"));
  }
}
