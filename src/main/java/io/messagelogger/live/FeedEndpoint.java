package io.messagelogger.live;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
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
    feed.join(session);
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
