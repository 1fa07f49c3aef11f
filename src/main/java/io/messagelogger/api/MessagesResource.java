package io.messagelogger.api;

import io.messagelogger.message.Message;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.MessageWriter;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.MessageFinder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Messages over REST: one by its uuid, those of a subject, and sending some. Thread-safe. */
@Path("/")
@ApplicationScoped
@Tag(name = "messages")
@Produces({MediaType.APPLICATION_JSON, Problem.TYPE})
public class MessagesResource {
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final String SUBJECT = "/messages/subject/";
  private static final int MAX_LIMIT = 1000;
  private static final int SMALL_REQUEST = 65_536;
  private static final int LARGE_REQUEST_SECONDS = 10;

  /** Positions read at a time while an answer is streamed. */
  private static final int STREAM_PAGE = 500;

  private final MessageFinder finder;
  private final ClaimQueue queue;
  private final MessageReader reader;
  private final int maxRequestBytes;

  /**
   * The bytes of all large requests under way together. Reading one takes several times its size of
   * memory; the others wait.
   */
  private final Semaphore largeRequests;

  /** For CDI's proxies. */
  protected MessagesResource() {
    this.finder = null;
    this.queue = null;
    this.reader = null;
    this.maxRequestBytes = 0;
    this.largeRequests = new Semaphore(0);
  }

  /** Answers from the store, and sends to the queue. */
  @Inject
  public MessagesResource(MessageFinder finder, ClaimQueue queue, Settings settings) {
    this.finder = finder;
    this.queue = queue;
    this.reader = new MessageReader(settings.count(Setting.MAX_MESSAGE_BYTES));
    this.maxRequestBytes = settings.count(Setting.MAX_REQUEST_BYTES);
    this.largeRequests = new Semaphore(maxRequestBytes, true);
  }

  /** One message. */
  @GET
  @Path("{message_uuid}")
  @Operation(summary = "One message by its uuid", operationId = "getMessage")
  @APIResponse(
      responseCode = "200",
      description = "The message",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = MessageShape.class)))
  @APIResponse(
      responseCode = "400",
      description = "The path holds no UUID",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  @APIResponse(
      responseCode = "404",
      description = "No message with this uuid is stored",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  @APIResponse(
      responseCode = "503",
      description = "The database does not answer",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  public Response message(
      @Parameter(
              description = "The message's UUID (RFC 9562)",
              schema = @Schema(type = SchemaType.STRING, format = "uuid"))
          @PathParam("message_uuid")
          String text) {
    UUID uuid = MessageReader.uuid(text);
    if (uuid == null) {
      throw new ProblemException(
          new Problem(400, "Bad Request", "\"" + text + "\" is no UUID", ""));
    }
    Message message =
        finder
            .find(uuid)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(404, "Not Found", "No message has the uuid " + uuid)));
    ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    try (MessageWriter writer = new MessageWriter(body)) {
      writer.write(message);
    }
    return Response.ok(body.toByteArray(), MediaType.APPLICATION_JSON_TYPE).build();
  }

  /** The messages of a subject. */
  @GET
  @Path("subject/{subject_id: .*}")
  @Operation(
      summary = "The messages that a subject sent or received, newest first",
      description =
          "All of them, streamed; or, with a limit, a page whose Link header (RFC 8288) leads to the next.",
      operationId = "getMessagesBySubject")
  @APIResponse(
      responseCode = "200",
      description = "The messages; an empty array when the subject is unknown",
      headers =
          @Header(
              name = "Link",
              description = "rel=\"next\": the next page, when there is one",
              schema = @Schema(type = SchemaType.STRING)),
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(type = SchemaType.ARRAY, implementation = MessageShape.class)))
  @APIResponse(
      responseCode = "400",
      description = "The limit, the cursor or the encoding of the path is wrong",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  @APIResponse(
      responseCode = "503",
      description = "The database does not answer",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  public Response bySubject(
      @Parameter(description = "The subject's id, URL-encoded") @PathParam("subject_id")
          String ignored,
      @Parameter(
              description = "Messages a page, from 1 to 1000; all messages when not given",
              schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000"))
          @QueryParam("limit")
          @Nullable String limit,
      @Parameter(description = "The cursor of the page before, from its Link header")
          @QueryParam("after")
          @Nullable String after,
      @Context UriInfo uri) {
    String subject =
        PathText.after(SUBJECT, uri.getRequestUri().getRawPath())
            .orElseThrow(() -> badRequest("The path is not URL-encoded UTF-8"));
    MessageFinder.@Nullable Position start =
        after == null
            ? null
            : Cursor.decode(after)
                .orElseThrow(
                    () -> badRequest("after: \"" + after + "\" is no cursor of this service"));
    boolean all = limit == null;
    MessageFinder.Page first = finder.bySubject(subject, start, all ? STREAM_PAGE : limit(limit));
    Iterator<List<Message>> slices = first.slices();
    // The first slice is read before the answer starts, so that a failure still gets its status.
    List<Message> head = slices.hasNext() ? slices.next() : List.of();
    StreamingOutput body =
        out -> {
          try (MessageWriter writer = new MessageWriter(out)) {
            writer.startArray();
            head.forEach(writer::write);
            slices.forEachRemaining(slice -> slice.forEach(writer::write));
            for (MessageFinder.Position next = first.next(); all && next != null; ) {
              MessageFinder.Page page = finder.bySubject(subject, next, STREAM_PAGE);
              page.slices().forEachRemaining(slice -> slice.forEach(writer::write));
              next = page.next();
            }
            writer.endArray();
          }
        };
    Response.ResponseBuilder response = Response.ok(body, MediaType.APPLICATION_JSON_TYPE);
    if (!all && first.next() != null) {
      response.link(next(uri, limit, first.next()), "next");
    }
    return response.build();
  }

  /** Sends messages. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Sends one message or an array of them",
      description =
          "They go onto the queue, all or none, as any producer's do. Sending a message again stores it once.",
      operationId = "postMessages")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(oneOf = {MessageShape.class, MessageShape[].class})))
  @APIResponse(
      responseCode = "202",
      description = "Redis has the messages",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Accepted.class)))
  @APIResponse(
      responseCode = "400",
      description = "A message is wrong; pointer says which member. None was taken",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  @APIResponse(
      responseCode = "413",
      description = "A message, or all of them together, are too large. None was taken",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  @APIResponse(
      responseCode = "415",
      description = "The body is not declared as JSON",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  @APIResponse(
      responseCode = "503",
      description = "Redis has not confirmed that it has the messages",
      content =
          @Content(
              mediaType = Problem.TYPE,
              schema = @Schema(implementation = Problem.Shape.class)))
  public Response send(
      InputStream body,
      @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable String length,
      @Context UriInfo uri)
      throws InterruptedException {
    int share = share(length);
    if (!largeRequests.tryAcquire(share, LARGE_REQUEST_SECONDS, TimeUnit.SECONDS)) {
      throw new ServiceUnavailableException(1L);
    }
    try {
      return accept(read(body), uri);
    } finally {
      largeRequests.release(share);
    }
  }

  /** What a request takes of the memory for large ones; nothing when it is small. */
  private int share(@Nullable String length) {
    int bytes =
        length != null && length.matches("\\d{1,9}") ? Integer.parseInt(length) : maxRequestBytes;
    return bytes <= SMALL_REQUEST ? 0 : Math.min(bytes, maxRequestBytes);
  }

  private byte[] read(InputStream body) {
    byte[] bytes;
    try {
      bytes = body.readNBytes(maxRequestBytes + 1);
    } catch (IOException e) {
      throw badRequest("The body could not be read to its end");
    }
    if (bytes.length > maxRequestBytes) {
      throw new ProblemException(
          Problem.of(
              413,
              "Content Too Large",
              "The request has more than %d bytes (MAX_REQUEST_BYTES)".formatted(maxRequestBytes)));
    }
    return bytes;
  }

  private Response accept(byte[] bytes, UriInfo uri) {
    List<MessageReader.Part> parts;
    try {
      parts = reader.readAll(bytes);
    } catch (RejectedMessageException e) {
      throw new ProblemException(
          e.tooLarge()
              ? new Problem(413, "Content Too Large", e.explanation(), e.pointer())
              : new Problem(400, "Bad Request", e.explanation(), e.pointer()));
    }
    if (!parts.isEmpty()) {
      queue.push(parts.stream().map(MessageReader.Part::payload).toList());
    }
    JsonArrayBuilder uuids = JSON.createArrayBuilder();
    parts.forEach(part -> uuids.add(part.message().messageUuid().toString()));
    String accepted =
        JSON.createObjectBuilder()
            .add("accepted", parts.size())
            .add("message_uuids", uuids)
            .build()
            .toString();
    Response.ResponseBuilder response =
        Response.accepted(accepted).type(MediaType.APPLICATION_JSON_TYPE);
    if (parts.size() == 1) {
      response.location(
          uri.getBaseUriBuilder().path(parts.get(0).message().messageUuid().toString()).build());
    }
    return response.build();
  }

  private static int limit(String text) {
    if (text.matches("\\d{1,9}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw badRequest("limit: \"%s\" is not a whole number from 1 to %d".formatted(text, MAX_LIMIT));
  }

  private static URI next(UriInfo uri, String limit, MessageFinder.Position position) {
    // The path stays as it was sent; building it anew would encode the subject differently.
    return URI.create(
        uri.getRequestUri().getRawPath() + "?limit=" + limit + "&after=" + Cursor.encode(position));
  }

  private static ProblemException badRequest(String detail) {
    return new ProblemException(Problem.of(400, "Bad Request", detail));
  }

  /** The answer to a POST, for the API's description. */
  @Schema(name = "Accepted")
  public record Accepted(
      @Schema(description = "how many messages were taken") int accepted,
      @Schema(description = "their uuids, in the order sent") List<UUID> message_uuids) {}

  /** A message, for the API's description. */
  @Schema(
      name = "Message",
      requiredProperties = {"message_uuid", "origin_ts", "source_subject_id"})
  public record MessageShape(
      @Schema(format = "uuid", examples = "123e4567-e89b-12d3-a456-426614174000")
          String message_uuid,
      @Schema(format = "date-time", examples = "2025-05-27T10:30:00Z") String origin_ts,
      @Schema(format = "date-time", nullable = true, examples = "2025-05-27T10:30:01Z")
          String ack_ts,
      @Schema(description = "any JSON value", examples = "{\"text\": \"hello\"}")
          Object message_data,
      @Schema(examples = "subject-A") String source_subject_id,
      @Schema(nullable = true, examples = "[\"subject-B\"]") List<String> destination_subject_ids,
      @Schema(nullable = true, examples = "greetings") String topic,
      @Schema(nullable = true, examples = "chat") String message_type,
      @Schema(description = "any JSON value", examples = "{\"priority\": \"high\"}")
          Object message_metadata) {}
}
