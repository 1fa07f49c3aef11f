package io.messagelogger.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.Response;
import java.io.StringReader;
import java.util.List;
import org.eclipse.microprofile.rest.client.ext.ResponseExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Makes exceptions of problems, and of what a proxy says in place of the service. Stateless. */
public class ProblemMapping implements ResponseExceptionMapper<ProblemException> {
  private static final int SHOWN = 200;

  @Override
  public ProblemException toThrowable(Response response) {
    String body = response.hasEntity() ? response.readEntity(String.class) : "";
    try (JsonReader reader = Json.PROVIDER.createReader(new StringReader(body))) {
      JsonObject problem = reader.readObject();
      return new ProblemException(
          response.getStatus(),
          problem.getString("detail", response.getStatusInfo().getReasonPhrase()),
          faults(problem.getJsonArray("errors")));
    } catch (JsonException | ClassCastException e) {
      String shown = body.length() > SHOWN ? body.substring(0, SHOWN) + "…" : body;
      ProblemException exception = new ProblemException(response.getStatus(), shown, List.of());
      exception.addSuppressed(e);
      return exception;
    }
  }

  private static List<ProblemException.Fault> faults(@Nullable JsonArray errors) {
    return errors == null
        ? List.of()
        : errors.stream()
            .map(JsonValue::asJsonObject)
            .map(
                error ->
                    new ProblemException.Fault(
                        error.getString("parameter", ""),
                        error.getString("value", ""),
                        error.getString("detail", "")))
            .toList();
  }
}
