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
import org.jspecify.annotations.Nullable;

/**
 * Messages over REST: one by its uuid, those of a subject, and sending some. META-INF/openapi.yaml
 * describes the paths. Thread-safe.
 */
@Path("/")
@ApplicationScoped
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
  public Response message(@PathParam("message_uuid") String text) {
    UUID uuid = MessageReader.uuid(text);
    if (uuid == null) {
      throw ProblemException.badRequest("\"" + text + "\" is no UUID");
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
  public Response bySubject(
      @PathParam("subject_id") String ignored,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("after") @Nullable String after,
      @Context UriInfo uri) {
    String subject =
        PathText.after(SUBJECT, uri.getRequestUri().getRawPath())
            .orElseThrow(() -> ProblemException.badRequest("The path is not URL-encoded UTF-8"));
    MessageFinder.@Nullable Position start =
        after == null
            ? null
            : Cursor.decode(after)
                .orElseThrow(
                    () ->
                        ProblemException.badRequest(
                            "after: \"" + after + "\" is no cursor of this service"));
    boolean all = limit == null;
    MessageFinder.Page first =
        finder.bySubject(
            subject, start, all ? STREAM_PAGE : Query.number("limit", limit, MAX_LIMIT));
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
      throw ProblemException.badRequest("The body could not be read to its end");
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

  private static URI next(UriInfo uri, String limit, MessageFinder.Position position) {
    // The path stays as it was sent; building it anew would encode the subject differently.
    return URI.create(
        uri.getRequestUri().getRawPath() + "?limit=" + limit + "&after=" + Cursor.encode(position));
  }
}
