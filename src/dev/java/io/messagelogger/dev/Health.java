package io.messagelogger.dev;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;

/** A server's readiness, asked over HTTP. Immutable. */
public record Health(URI address) {
  private static final int TIMEOUT_MILLIS = 5000;

  /** That of the server on a port of this machine. */
  public static Health ofPort(int port) {
    return new Health(URI.create("http://localhost:" + port + "/health/ready"));
  }

  /** Whether it answers that it is ready. */
  public boolean ready() throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try {
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (SocketException | SocketTimeoutException e) {
      return false; // it does not listen yet, or is not done with starting
    } finally {
      connection.disconnect();
    }
  }
}
