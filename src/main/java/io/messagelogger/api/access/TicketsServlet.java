package io.messagelogger.api.access;

import io.messagelogger.api.Caller;
import io.messagelogger.api.Problem;
import io.messagelogger.queue.QueueUnavailableException;
import jakarta.inject.Inject;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code POST /tickets}: a ticket for one live feed. */
public class TicketsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonProvider JSON = JsonProvider.provider();

  @Inject private transient TicketOffice office;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String ticket;
    try {
      ticket = office.issue(Caller.of(request).reader());
    } catch (QueueUnavailableException e) {
      response.setHeader("Retry-After", "1");
      Problem.of(503, "Service Unavailable", "Redis does not answer; try again").write(response);
      return;
    }
    MeServlet.write(
        response,
        201,
        JSON.createObjectBuilder()
            .add("ticket", ticket)
            .add("expires_in", TicketOffice.TIME.toSeconds()));
  }
}
