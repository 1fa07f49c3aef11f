package io.messagelogger.api;

import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What went wrong, as RFC 9457 tells it, with the seed's {@code error} key beside. Immutable.
 *
 * @param status the HTTP status
 * @param title the kind of problem in a phrase, the same for every occurrence
 * @param detail this occurrence, for a person
 * @param pointer which member of the request is wrong, as a JSON Pointer (RFC 6901); empty when
 *     none is
 */
public record Problem(int status, String title, String detail, String pointer) {
  /** The media type of problems. */
  public static final String TYPE = "application/problem+json";

  private static final JsonProvider JSON = JsonProvider.provider();

  /** A problem that no member of the request is to blame for. */
  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, detail, "");
  }

  /** The problem as JSON text. */
  public String json() {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("type", "about:blank")
            .add("title", title)
            .add("status", status)
            .add("detail", detail)
            .add("error", detail);
    if (!pointer.isEmpty()) {
      json.add("pointer", pointer);
    }
    return json.build().toString();
  }

  /** Answers with it outside of JAX-RS. */
  public void write(HttpServletResponse response) throws IOException {
    byte[] body = json().getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType(TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  public Response response() {
    return builder().build();
  }

  public Response.ResponseBuilder builder() {
    return Response.status(status).type(MediaType.valueOf(TYPE)).entity(json());
  }
}
