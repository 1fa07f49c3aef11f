package io.messagelogger.api.access;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.api.Caller;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** {@code GET /me}: who the service takes the one who asks for. */
public class MeServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonProvider JSON = JsonProvider.provider();

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Reader reader = Caller.of(request).reader();
    JsonObjectBuilder json = JSON.createObjectBuilder();
    if (reader.name() == null) {
      json.addNull("name");
    } else {
      json.add("name", reader.name());
    }
    JsonArrayBuilder roles = JSON.createArrayBuilder();
    Arrays.stream(Role.values()).filter(reader::is).map(Role::text).forEach(roles::add);
    json.add("roles", roles);
    List<String> subjects = reader.scope().subjects();
    if (subjects == null) {
      json.addNull("subjects");
    } else {
      json.add("subjects", JSON.createArrayBuilder(subjects));
    }
    write(response, 200, json);
  }

  /** Answers with JSON that nobody keeps. */
  static void write(HttpServletResponse response, int status, JsonObjectBuilder json)
      throws IOException {
    byte[] body = json.build().toString().getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
