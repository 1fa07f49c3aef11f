package io.messagelogger.live;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The connection below a client, made by the server when a request was upgraded: reads and writes
 * bytes without ever waiting. Thread-safe.
 *
 * <p>Not by the WebSocket API of the server: that hands each frame from thread to thread, sends
 * each by itself, and can neither refuse a handshake with a reason nor ping.
 */
public final class FeedConnection
    implements HttpUpgradeHandler, ReadListener, WriteListener, Outbox.Connection {
  private static final Logger LOG = Logger.getLogger(FeedConnection.class.getName());
  private static final int READ_BUFFER = 1024;
  private static volatile @Nullable AsyncFlush flush;

  /**
   * The two that may come in either order: the server's connection and the client that it is of.
   */
  private @Nullable WebConnection web;

  private @Nullable FeedClient client;
  private @Nullable ServletInputStream in;
  private volatile @Nullable ServletOutputStream out;
  private volatile boolean shutWanted;

  /** Guarded by the lock. */
  private boolean shut;

  /** Tells it whose it is. */
  void serve(FeedClient served) {
    synchronized (this) {
      client = served;
      if (web == null) {
        return;
      }
    }
    begin();
  }

  @Override
  public void init(WebConnection connection) {
    synchronized (this) {
      web = connection;
      if (client == null) {
        return;
      }
    }
    begin();
  }

  private void begin() {
    FeedClient served = client();
    try {
      WebConnection connection = web;
      if (connection == null) {
        return;
      }
      ServletInputStream input = connection.getInputStream();
      ServletOutputStream output = connection.getOutputStream();
      in = input;
      out = output;
      if (flush == null) {
        flush = AsyncFlush.of(output);
      }
      input.setReadListener(this);
      output.setWriteListener(this); // calls onWritePossible, which begins to send
      served.opened(this);
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  private FeedClient client() {
    FeedClient served = client;
    if (served == null) {
      throw new IllegalStateException("the connection is nobody's");
    }
    return served;
  }

  @Override
  public void onWritePossible() {
    if (shutWanted) {
      shut();
    } else {
      client().outbox().writable();
    }
  }

  @Override
  public void onDataAvailable() throws IOException {
    ServletInputStream input = in;
    byte[] buffer = new byte[READ_BUFFER];
    while (input != null && input.isReady()) {
      int length = input.read(buffer);
      if (length < 0) {
        return; // onAllDataRead follows
      }
      client().heard(buffer, length);
    }
  }

  @Override
  public void onAllDataRead() {
    client().gone();
    shut();
  }

  @Override
  public void onError(Throwable cause) {
    failed(cause);
  }

  @Override
  public void destroy() {
    if (client != null) {
      client().gone();
    }
  }

  /**
   * Ends the connection, as soon as nothing is on its way any more. The server would never end one
   * that is closed while something is and cannot arrive; it counts it as active for good, and waits
   * for it when it stops. That something is on its way for ever is prevented by {@link #abort}, and
   * by its upgradewritetimeout.
   */
  void shut() {
    shutWanted = true;
    WebConnection connection = web;
    synchronized (lock()) {
      ServletOutputStream output = out;
      if (connection == null || (output != null && !output.isReady()) || shut) {
        return;
      }
      shut = true;
    }
    try {
      connection.close();
    } catch (Exception e) { // it declares no other
      LOG.log(Level.FINE, "A connection could not be closed; it is gone", e);
    }
  }

  /** Ends the connection now; what is on its way is given up. */
  void abort() {
    shut();
    WebConnection connection = web;
    synchronized (lock()) {
      if (shut || connection == null) {
        return;
      }
    }
    AbortedWrite.of(connection); // the server reports the failure, and the connection is shut
  }

  @Override
  public boolean ready() {
    ServletOutputStream output = out;
    return output != null && output.isReady();
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    ServletOutputStream output = out;
    if (output != null) {
      output.write(bytes, from, length);
    }
  }

  @Override
  public void flush() throws IOException {
    ServletOutputStream output = out;
    AsyncFlush how = flush;
    if (output != null && how != null) {
      how.flush(output);
    }
  }

  /** The stream's own: with it the server says that what was on its way has gone. */
  @Override
  public Object lock() {
    ServletOutputStream output = out;
    return output == null ? this : output;
  }

  @Override
  public void failed(Throwable cause) {
    LOG.log(Level.FINE, "A feed client's connection has failed", cause);
    client().gone();
    shut();
  }
}
