package io.messagelogger.api.messages;

import io.messagelogger.api.Caller;
import io.messagelogger.filter.Field;
import io.messagelogger.filter.QueryParameters;
import io.messagelogger.store.finding.Terms;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Names for completion. Thread-safe. */
@Path("/")
@ApplicationScoped
public class TermsResource {
  private final Terms terms;

  /** Looks into the store. */
  @Inject
  public TermsResource(Terms terms) {
    this.terms = terms;
  }

  /** The names of a field that start with a text. */
  @GET
  public Response terms(@Context HttpServletRequest request) {
    QueryParameters parameters = QueryParameters.of(request.getQueryString());
    String field =
        parameters.choice("field", Arrays.stream(Field.values()).map(Field::parameter).toList());
    if (field == null && parameters.values().get("field") == null) {
      parameters.fault("field", "", "required: subject, source, destination, topic or type");
    }
    String prefix = parameters.text("prefix");
    int limit = parameters.number("limit", 1, 1_000, 20);
    parameters.check();
    ListQuestion.format(request, List.of(Format.JSON));
    JsonArrayBuilder json = StatisticsJson.JSON.createArrayBuilder();
    terms
        .starting(
            Field.valueOf(String.valueOf(field).toUpperCase(Locale.ROOT)),
            prefix,
            Caller.of(request).scope(),
            limit)
        .forEach(json::add);
    return Response.ok(json.build().toString(), MediaType.APPLICATION_JSON_TYPE).build();
  }
}
