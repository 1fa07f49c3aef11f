package io.messagelogger.bench.constant;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Answers with text of a size, the same each time: what a resource costs that does nothing. */
@Path("/")
public class ConstantResource {
  private static final Map<Integer, byte[]> TEXTS = new ConcurrentHashMap<>();

  /** As many bytes as are asked for. */
  @GET
  @Path("{size}")
  @Produces(MediaType.APPLICATION_JSON)
  public Response constant(@PathParam("size") int size) {
    byte[] text =
        TEXTS.computeIfAbsent(
            size,
            n -> ("\"" + "m".repeat(Math.max(0, n - 2)) + "\"").getBytes(StandardCharsets.UTF_8));
    return Response.ok(text, MediaType.APPLICATION_JSON_TYPE).build();
  }
}
