package io.messagelogger.api;

import io.messagelogger.filter.Fault;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What went wrong, as RFC 9457 tells it, with the seed's {@code error} key beside. Immutable.
 *
 * @param status the HTTP status
 * @param title the kind of problem in a phrase, the same for every occurrence
 * @param detail this occurrence, for a person
 * @param pointer which member of the request is wrong, as a JSON Pointer (RFC 6901); empty when
 *     none is
 * @param faults which parameters are wrong, and how; empty when none is
 */
public record Problem(int status, String title, String detail, String pointer, List<Fault> faults) {
  /** The media type of problems. */
  public static final String TYPE = "application/problem+json";

  private static final JsonProvider JSON = JsonProvider.provider();

  /** Makes the list its own. */
  public Problem {
    faults = List.copyOf(faults);
  }

  /** A problem of one member of the request. */
  public Problem(int status, String title, String detail, String pointer) {
    this(status, title, detail, pointer, List.of());
  }

  /** A problem that no member of the request is to blame for. */
  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, detail, "");
  }

  /** The problem of wrong parameters, one at least. */
  public static Problem of(List<Fault> faults) {
    String all =
        faults.stream()
            .map(fault -> fault.parameter() + ": " + fault.detail())
            .collect(Collectors.joining("; "));
    String detail = faults.size() == 1 ? all : faults.size() + " parameters are wrong. " + all;
    return new Problem(400, "Bad Request", detail, "", faults);
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
    if (!faults.isEmpty()) {
      JsonArrayBuilder errors = JSON.createArrayBuilder();
      for (Fault fault : faults) {
        errors.add(
            JSON.createObjectBuilder()
                .add("parameter", fault.parameter())
                .add("value", fault.value())
                .add("detail", fault.detail()));
      }
      json.add("errors", errors);
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
