package io.messagelogger.api.messages;

import io.messagelogger.access.Scope;
import io.messagelogger.api.Caller;
import io.messagelogger.api.Links;
import io.messagelogger.api.Problem;
import io.messagelogger.api.ProblemException;
import io.messagelogger.message.MessageReader;
import io.messagelogger.message.RejectedMessageException;
import io.messagelogger.queue.Queues;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes messages that are sent over REST and pushes them onto the first queue. Thread-safe. */
@ApplicationScoped
public class Intake {
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final int SMALL_REQUEST = 65_536;
  private static final int LARGE_REQUEST_SECONDS = 10;

  private final Queues queues;
  private final Links links;
  private final MessageReader reader;

  /**
   * The bytes of all large requests that have arrived and are read. Reading one takes several times
   * its size of memory; the others wait. Nobody's slowness is waited for: a body that is still to
   * arrive has no part in it.
   */
  private final Semaphore largeRequests;

  /** Pushes onto the first of these queues. */
  @Inject
  public Intake(Queues queues, Links links, Settings settings) {
    this.queues = queues;
    this.links = links;
    this.reader = new MessageReader(settings.count(Setting.MAX_MESSAGE_BYTES));
    this.largeRequests = new Semaphore(settings.count(Setting.MAX_REQUEST_BYTES), true);
  }

  /**
   * Takes a body that has arrived, all of its messages or none.
   *
   * @param body null when there is none
   */
  Response take(@Nullable Body body, HttpServletRequest request) throws InterruptedException {
    if (body == null) {
      return accept(new byte[0], request);
    }
    try {
      int share = body.length() <= SMALL_REQUEST ? 0 : body.length();
      if (!largeRequests.tryAcquire(share, LARGE_REQUEST_SECONDS, TimeUnit.SECONDS)) {
        throw new ProblemException(Bodies.TOO_MANY);
      }
      try {
        return accept(body.bytes(), request);
      } finally {
        largeRequests.release(share);
      }
    } finally {
      body.giveBack();
    }
  }

  private Response accept(byte[] bytes, HttpServletRequest request) {
    Scope scope = Caller.of(request).scope();
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
      queues.push(parts.stream().map(MessageReader.Part::payload).toList());
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
      response.header(
          HttpHeaders.LOCATION,
          links.absolute(request, "/messages/" + parts.get(0).message().messageUuid()));
    }
    return response.build();
  }
}
