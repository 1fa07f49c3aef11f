package io.messagelogger.client;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.io.Closeable;
import java.io.InputStream;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/**
 * Message Logger over REST. Made by {@code RestClientBuilder}, or injected with {@code @RestClient}
 * where the setting {@code message-logger/mp-rest/url} says where the service is. Thread-safe.
 * Every method throws a {@link ProblemException} when the service says no, and a {@code
 * ProcessingException} when it does not answer.
 */
@Path("/")
@Produces("application/json")
@Consumes("application/json")
@RegisterRestClient(configKey = "message-logger")
@RegisterProvider(JsonReading.class)
@RegisterProvider(JsonWriting.class)
@RegisterProvider(ProblemMapping.class)
public interface MessageLogger extends Closeable {

  /** One message; a problem with status 404 when there is none of this uuid. */
  @GET
  @Path("messages/{message_uuid}")
  Message message(@PathParam("message_uuid") UUID uuid);

  /** A page of the messages that a filter means. */
  @GET
  @Path("messages")
  Page messages(@BeanParam Filter filter, @BeanParam Paging paging);

  /** The messages of the same conversation, correlation or trace, oldest first. */
  @GET
  @Path("messages/{message_uuid}/related")
  Page related(@PathParam("message_uuid") UUID uuid);

  /**
   * A page of the messages between two subjects, oldest first. Some implementations leave a slash
   * in a path as it is; of subjects with one, ask with a filter of source and destination.
   */
  @GET
  @Path("conversations/{a}/{b}")
  Page conversation(
      @PathParam("a") String one,
      @PathParam("b") String other,
      @BeanParam Filter filter,
      @BeanParam Paging paging);

  /**
   * All messages that a filter means, a line each, as the service reads them. The caller closes it;
   * {@link Lines#of} reads messages from it. A part never ends as the whole does: reading fails.
   */
  @GET
  @Path("messages")
  @Produces("application/x-ndjson")
  InputStream export(@BeanParam Filter filter);

  /**
   * Counts of the messages that a filter means.
   *
   * @param bucket 1m, 5m, 15m, 1h, 6h, 1d, 30d, 365d or auto; null for no buckets
   * @param by topic, type, source, destination or pair; null for no groups
   * @param top how many groups; null for 10
   */
  @GET
  @Path("stats")
  Statistics statistics(
      @BeanParam Filter filter,
      @QueryParam("bucket") @Nullable String bucket,
      @QueryParam("by") @Nullable String by,
      @QueryParam("top") @Nullable Integer top);

  /**
   * Sends messages, all or none. They are in the queue when this returns, and stored soon after.
   */
  @POST
  @Path("messages")
  Accepted send(Message... messages);
}
