package io.messagelogger.api.access;

import io.messagelogger.access.Role;
import io.messagelogger.api.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers in place of what was asked. Used by one thread. */
record Answer(HttpServletResponse response) {
  private static final Map<Role, String> NEEDED =
      Map.of(
          Role.READER, "This needs the role reader",
          Role.WRITER, "This needs the role writer",
          Role.OPERATOR, "This needs the role operator, which only those have who see everything");

  void unauthorized(@Nullable String error, String detail) throws IOException {
    response.setHeader(
        "WWW-Authenticate",
        "Bearer realm=\"message-logger\"" + (error == null ? "" : ", error=\"" + error + "\""));
    problem(401, "Unauthorized", detail);
  }

  void forbidden(Role role) throws IOException {
    response.setHeader(
        "WWW-Authenticate", "Bearer realm=\"message-logger\", error=\"insufficient_scope\"");
    problem(403, "Forbidden", String.valueOf(NEEDED.get(role)));
  }

  void unavailable(String detail) throws IOException {
    response.setHeader("Retry-After", "1");
    problem(503, "Service Unavailable", detail);
  }

  void problem(int status, String title, String detail) throws IOException {
    Problem.of(status, title, detail).write(response);
  }
}
