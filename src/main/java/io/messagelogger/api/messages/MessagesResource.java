package io.messagelogger.api.messages;

import io.messagelogger.access.Scope;
import io.messagelogger.api.Caller;
import io.messagelogger.api.Cursor;
import io.messagelogger.api.Parameters;
import io.messagelogger.api.PathText;
import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.filter.Filter;
import io.messagelogger.message.Message;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.MessageWriter;
import io.messagelogger.message.Position;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.queue.ClaimQueue;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.upkeep.Erasure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Messages over REST: one by its uuid, those of a subject or a search, sending some, erasing one.
 * META-INF/openapi.yaml describes the paths. Thread-safe.
 */
@Path("/")
@ApplicationScoped
@Produces({MediaType.APPLICATION_JSON, Problem.TYPE})
public class MessagesResource {
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final String SUBJECT = "/messages/subject/";
  private static final int MAX_LIMIT = 1000;
  private static final int DEFAULT_LIMIT = 100;
  private static final Set<String> PARAMETERS =
      new TreeSet<>(
          Set.of(
              "subject",
              "source",
              "destination",
              "topic",
              "type",
              "since",
              "until",
              "limit",
              "after"));
  private static final int SMALL_REQUEST = 65_536;
  private static final int LARGE_REQUEST_SECONDS = 10;

  /** Positions read at a time while an answer is streamed. */
  private static final int STREAM_PAGE = 500;

  private final MessageFinder finder;
  private final Erasure erasure;
  private final boolean mayErase;
  private final ClaimQueue queue;
  private final MessageReader reader;
  private final int maxRequestBytes;

  /**
   * The bytes of all large requests under way together. Reading one takes several times its size of
   * memory; the others wait.
   */
  private final Semaphore largeRequests;

  /** Answers from the store, and sends to the queue. */
  @Inject
  public MessagesResource(
      MessageFinder finder, Erasure erasure, ClaimQueue queue, Settings settings) {
    this.finder = finder;
    this.erasure = erasure;
    this.mayErase = settings.on(Setting.ERASURE);
    this.queue = queue;
    this.reader = new MessageReader(settings.count(Setting.MAX_MESSAGE_BYTES));
    this.maxRequestBytes = settings.count(Setting.MAX_REQUEST_BYTES);
    this.largeRequests = new Semaphore(maxRequestBytes, true);
  }

  /** One message. */
  @GET
  @Path("{message_uuid}")
  public Response message(
      @PathParam("message_uuid") String text, @Context HttpServletRequest request) {
    UUID uuid = uuid(text);
    Caller caller = Caller.of(request);
    Message message = finder.find(uuid, caller.scope()).orElseThrow(() -> missing(uuid, caller));
    ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    try (MessageWriter writer = new MessageWriter(body)) {
      writer.write(message);
    }
    caller.answered(1);
    return Response.ok(body.toByteArray(), MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static UUID uuid(String text) {
    UUID uuid = MessageReader.uuid(text);
    if (uuid == null) {
      throw ProblemException.badRequest("\"" + text + "\" is no UUID");
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
  public Response search(@Context UriInfo uri, @Context HttpServletRequest request) {
    Caller caller = Caller.of(request);
    MultivaluedMap<String, String> query = uri.getQueryParameters();
    for (Map.Entry<String, List<String>> entry : query.entrySet()) {
      if (!PARAMETERS.contains(entry.getKey())) {
        throw ProblemException.badRequest(
            "%s is no parameter; there are %s"
                .formatted(entry.getKey(), String.join(", ", PARAMETERS)));
      }
      if (entry.getValue().size() > 1) {
        throw ProblemException.badRequest(entry.getKey() + " is there more than once");
      }
    }
    Filter filter =
        new Filter(
            query.getFirst("subject"),
            query.getFirst("source"),
            query.getFirst("destination"),
            query.getFirst("topic"),
            query.getFirst("type"),
            Parameters.time("since", query.getFirst("since")),
            Parameters.time("until", query.getFirst("until")));
    String limit = query.getFirst("limit");
    MessageFinder.Page page =
        finder.search(
            filter,
            caller.scope(),
            start(query.getFirst("after")),
            limit == null ? DEFAULT_LIMIT : Parameters.number("limit", limit, MAX_LIMIT));
    return answer(page, caller, body -> {}, next(uri, page));
  }

  /** The messages of a subject. */
  @GET
  @Path("subject/{subject_id: .*}")
  public Response bySubject(
      @PathParam("subject_id") String ignored,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("after") @Nullable String after,
      @Context UriInfo uri,
      @Context HttpServletRequest request) {
    Caller caller = Caller.of(request);
    String subject =
        PathText.after(SUBJECT, uri.getRequestUri().getRawPath())
            .orElseThrow(() -> ProblemException.badRequest("The path is not URL-encoded UTF-8"));
    Filter filter = Filter.subject(subject);
    boolean all = limit == null;
    MessageFinder.Page first =
        finder.search(
            filter,
            caller.scope(),
            start(after),
            limit == null ? STREAM_PAGE : Parameters.number("limit", limit, MAX_LIMIT));
    return answer(
        first,
        caller,
        writer -> {
          for (Position next = first.next(); all && next != null; ) {
            MessageFinder.Page page = finder.search(filter, caller.scope(), next, STREAM_PAGE);
            page.slices().forEachRemaining(slice -> write(slice, writer, caller));
            next = page.next();
          }
        },
        all ? null : next(uri, first));
  }

  private static @Nullable Position start(@Nullable String after) {
    return after == null
        ? null
        : Cursor.decode(after)
            .orElseThrow(
                () ->
                    ProblemException.badRequest(
                        "after: \"" + after + "\" is no cursor of this service"));
  }

  /**
   * The messages of a page as an array.
   *
   * @param rest writes what comes after them
   */
  private static Response answer(
      MessageFinder.Page page, Caller caller, Consumer<MessageWriter> rest, @Nullable URI next) {
    Iterator<List<Message>> slices = page.slices();
    // The first slice is read before the answer starts, so that a failure still gets its status.
    List<Message> head = slices.hasNext() ? slices.next() : List.of();
    StreamingOutput body =
        out -> {
          try (MessageWriter writer = new MessageWriter(out)) {
            writer.startArray();
            write(head, writer, caller);
            slices.forEachRemaining(slice -> write(slice, writer, caller));
            rest.accept(writer);
            writer.endArray();
          }
        };
    Response.ResponseBuilder response = Response.ok(body, MediaType.APPLICATION_JSON_TYPE);
    if (next != null) {
      response.link(next, "next");
    }
    return response.build();
  }

  private static void write(List<Message> messages, MessageWriter writer, Caller caller) {
    messages.forEach(writer::write);
    caller.answered(messages.size());
  }

  /** Sends messages. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response send(
      InputStream body,
      @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable String length,
      @Context UriInfo uri,
      @Context HttpServletRequest request)
      throws InterruptedException {
    int share = share(length);
    if (!largeRequests.tryAcquire(share, LARGE_REQUEST_SECONDS, TimeUnit.SECONDS)) {
      throw new ServiceUnavailableException(1L);
    }
    try {
      return accept(read(body), uri, Caller.of(request).scope());
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

  private Response accept(byte[] bytes, UriInfo uri, Scope scope) {
    List<MessageReader.Part> parts;
    try {
      parts = reader.readAll(bytes);
    } catch (RejectedMessageException e) {
      throw new ProblemException(
          e.tooLarge()
              ? new Problem(413, "Content Too Large", e.explanation(), e.pointer())
              : new Problem(400, "Bad Request", e.explanation(), e.pointer()));
    }
    for (MessageReader.Part part : parts) {
      String source = part.message().sourceSubjectId();
      if (!scope.all() && (source == null || !scope.holds(source))) {
        throw new ProblemException(
            Problem.of(
                403,
                "Forbidden",
                "Not allowed to send messages of the source %s".formatted(source)));
      }
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

  /** The same question for the next page; null when there is none. */
  private static @Nullable URI next(UriInfo uri, MessageFinder.Page page) {
    if (page.next() == null) {
      return null;
    }
    // Path and query stay as they were sent; building them anew would encode them differently.
    URI request = uri.getRequestUri();
    String query =
        request.getRawQuery() == null
            ? ""
            : Arrays.stream(request.getRawQuery().split("&"))
                .filter(part -> !part.isEmpty() && !part.startsWith("after="))
                .map(part -> part + "&")
                .collect(Collectors.joining());
    return URI.create(request.getRawPath() + "?" + query + "after=" + Cursor.encode(page.next()));
  }
}
