package io.messagelogger.api.messages;

import io.messagelogger.api.Caller;
import io.messagelogger.api.Outgoing;
import io.messagelogger.api.PathText;
import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.filter.Filter;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.message.Message;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.MessageWriter;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.finding.Order;
import io.messagelogger.store.finding.Relations;
import io.messagelogger.store.upkeep.Erasure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
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
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Messages over REST: one by its uuid, those of a subject or a search, sending some, erasing one.
 * META-INF/openapi.yaml describes the paths. Thread-safe.
 */
@Path("/")
@ApplicationScoped
@Produces({MediaType.APPLICATION_JSON, Problem.TYPE})
public class MessagesResource {
  private static final String SUBJECT = "/messages/subject/";
  private final MessageFinder finder;
  private final Erasure erasure;
  private final boolean mayErase;
  private final MessageLists lists;
  private final Intake intake;
  private final Relations relations;
  private final Outgoing outgoing;

  /** Answers from the store, and sends to the queue. */
  @Inject
  public MessagesResource(
      MessageFinder finder,
      Erasure erasure,
      MessageLists lists,
      Intake intake,
      Relations relations,
      Outgoing outgoing,
      Settings settings) {
    this.finder = finder;
    this.erasure = erasure;
    this.mayErase = settings.on(Setting.ERASURE);
    this.lists = lists;
    this.intake = intake;
    this.relations = relations;
    this.outgoing = outgoing;
  }

  /** One message. */
  @GET
  @Path("{message_uuid}")
  public Response message(
      @PathParam("message_uuid") String text, @Context HttpServletRequest request) {
    UUID uuid = uuid(text);
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    String format = parameters.choice("format", List.of(Format.JSON.word()));
    parameters.check();
    if (format == null) {
      ListQuestion.format(request, List.of(Format.JSON));
    }
    Caller caller = Caller.of(request);
    Message message = finder.find(uuid, caller.scope()).orElseThrow(() -> missing(uuid, caller));
    // All that changes in a message is that it becomes acknowledged; then it never does again.
    String tag = "\"" + uuid + (message.ackTs() == null ? "-sent\"" : "-acknowledged\"");
    String age = message.ackTs() == null ? "no-cache" : "max-age=86400";
    Response.ResponseBuilder response =
        Response.ok()
            .header(HttpHeaders.ETAG, tag)
            .header(HttpHeaders.CACHE_CONTROL, "private, " + age);
    String known = String.join(",", Collections.list(request.getHeaders("If-None-Match")));
    if (known.contains(tag) || known.equals("*")) {
      return response.status(Response.Status.NOT_MODIFIED).build();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    try (MessageWriter writer = new MessageWriter(body)) {
      writer.write(message);
    }
    caller.answered(1);
    outgoing.take(request, body.size());
    return response.entity(body.toByteArray()).type(MediaType.APPLICATION_JSON_TYPE).build();
  }

  /** A message and those that belong to it. */
  @GET
  @Path("{message_uuid}/related")
  public Response related(
      @PathParam("message_uuid") String text, @Context HttpServletRequest request) {
    UUID uuid = uuid(text);
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    String format = parameters.choice("format", List.of("json", "mermaid"));
    parameters.check();
    Format wanted =
        format == null
            ? ListQuestion.format(request, List.of(Format.JSON, Format.MERMAID))
            : Format.valueOf(format.toUpperCase(Locale.ROOT));
    Caller caller = Caller.of(request);
    Message message = finder.find(uuid, caller.scope()).orElseThrow(() -> missing(uuid, caller));
    Relations.Related related = relations.of(message, caller.scope());
    caller.answered(related.messages().size());
    Response.ResponseBuilder response = lists.answer(request, wanted, related.messages());
    if (related.from() != null) {
      response.header("Searched-From", related.from());
    }
    if (related.to() != null) {
      response.header("Searched-To", related.to());
    }
    return response.build();
  }

  private static UUID uuid(String text) {
    UUID uuid = MessageReader.uuid(text);
    if (uuid == null) {
      throw ProblemException.badRequest("\"" + text + "\" is not a valid UUID");
    }
    return uuid;
  }

  private ProblemException missing(UUID uuid, Caller caller) {
    return finder
        .erasure(uuid, caller.scope())
        .map(
            time ->
                new ProblemException(
                    Problem.of(
                        410, "Gone", "The message %s was erased at %s".formatted(uuid, time))))
        .orElseGet(() -> noMessage(uuid));
  }

  private static ProblemException noMessage(UUID uuid) {
    return new ProblemException(Problem.of(404, "Not Found", "No message has the uuid " + uuid));
  }

  /** Erases a message. */
  @DELETE
  @Path("{message_uuid}")
  public Response erase(@PathParam("message_uuid") String text) {
    UUID uuid = uuid(text);
    if (!mayErase) {
      throw new ProblemException(
          Problem.of(403, "Forbidden", "Messages are not erased here (ERASURE is off)"));
    }
    if (!erasure.erase(uuid)) {
      throw noMessage(uuid);
    }
    return Response.noContent().build();
  }

  /** The messages that a filter means. */
  @GET
  public Response search(@Context HttpServletRequest request) {
    ListQuestion question = ListQuestion.of(request, Order.NEWEST, Format.OF_LISTS);
    return lists.answer(request, question, question.filter(), false);
  }

  /** The messages of a subject. */
  @GET
  @Path("subject/{subject_id: .*}")
  public Response bySubject(
      @PathParam("subject_id") String ignored, // decoded twice; the raw path has it as it was sent
      @Context HttpServletRequest request) {
    String subject =
        PathText.after(SUBJECT, request.getRequestURI())
            .orElseThrow(() -> ProblemException.badRequest("The path is not URL-encoded UTF-8"));
    ListQuestion question = ListQuestion.of(request, Order.NEWEST, Format.OF_LISTS);
    Filter filter = question.filter().and(Filter.subject(subject).criteria().get(0));
    return lists.answer(request, question, filter, true);
  }

  /** Sends messages. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response send(@Context HttpServletRequest request) throws InterruptedException {
    return intake.take(Body.of(request), request);
  }
}
