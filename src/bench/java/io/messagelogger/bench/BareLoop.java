package io.messagelogger.bench;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The least that a feed can do in the same server: a loop that sends each client each frame by a
 * blocking send of its own, with no queue, no filter and nobody else to wait for.
 */
@WebServlet("/*")
public class BareLoop extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final List<OutputStream> CLIENTS = new CopyOnWriteArrayList<>();

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (request.getHeader("Upgrade") != null) {
      response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
      response.setHeader("Upgrade", "websocket");
      response.setHeader("Connection", "Upgrade");
      response.setHeader("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      request.upgrade(Client.class);
      return;
    }
    int messages = Integer.parseInt(request.getParameter("messages"));
    int bytes = Integer.parseInt(request.getParameter("bytes"));
    byte[] frame =
        ByteBuffer.allocate(4 + bytes)
            .put((byte) 0x81)
            .put((byte) 126)
            .putShort((short) bytes)
            .array();
    for (int i = 0; i < messages; i++) {
      List<OutputStream> gone = new ArrayList<>();
      for (OutputStream client : CLIENTS) {
        try {
          client.write(frame);
          client.flush();
        } catch (IOException | RuntimeException e) { // it has left
          gone.add(client);
        }
      }
      CLIENTS.removeAll(gone);
    }
    response.getWriter().println(CLIENTS.size());
  }

  /** A client that is sent everything. */
  public static class Client implements HttpUpgradeHandler {
    @Override
    public void init(WebConnection connection) {
      try {
        CLIENTS.add(connection.getOutputStream());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void destroy() {}
  }
}
