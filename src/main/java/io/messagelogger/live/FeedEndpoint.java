package io.messagelogger.live;

import io.messagelogger.access.Admitted;
import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The WebSocket at the root: whoever connects is shown every message from then on. One instance a
 * connection.
 */
@Dependent // an endpoint without a scope gets nothing injected
@ServerEndpoint("/")
public class FeedEndpoint {
  private static final Logger LOG = Logger.getLogger(FeedEndpoint.class.getName());
  private static final int MAX_INCOMING = 65_536;

  @Inject private Feed feed;

  /** A client has connected. */
  @OnOpen
  public void open(Session session) {
    session.setMaxIdleTimeout(0);
    session.setMaxTextMessageBufferSize(MAX_INCOMING);
    session.setMaxBinaryMessageBufferSize(MAX_INCOMING);
    Optional<Reader> reader =
        Admitted.of(session.getUserPrincipal()).filter(one -> one.is(Role.READER));
    if (reader.isEmpty()) {
      refuse(session);
      return;
    }
    feed.join(session, reader.get());
  }

  /** A handshake that has come past the filter. */
  private static void refuse(Session session) {
    LOG.severe("A WebSocket was opened without being let in; closing it");
    try {
      session.close(new CloseReason(CloseReason.CloseCodes.VIOLATED_POLICY, "not let in"));
    } catch (IOException e) {
      LOG.log(Level.FINE, "A session could not be closed; its connection is gone", e);
    }
  }

  /** The feed has nothing to be told, as in the service that it replaces. */
  @OnMessage(maxMessageSize = MAX_INCOMING)
  public void ignore(String text) {
    LOG.log(Level.FINER, "A feed client has sent {0} characters", text.length());
  }

  /** Nor with bytes. */
  @OnMessage(maxMessageSize = MAX_INCOMING)
  public void ignore(ByteBuffer bytes) {
    LOG.log(Level.FINER, "A feed client has sent {0} bytes", bytes.remaining());
  }

  /** The connection has ended, whichever side ended it. */
  @OnClose
  public void close(Session session) {
    feed.leave(session);
  }

  /** The connection has failed; {@link #close} follows. */
  @OnError
  public void fail(Session session, Throwable cause) {
    LOG.log(Level.FINE, "A feed client's connection has failed", cause);
  }
}
