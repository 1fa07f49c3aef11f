package io.messagelogger.queue;

import java.security.cert.CertificateExpiredException;
import redis.clients.jedis.exceptions.JedisException;

/** Failures of Redis in a line, for an operator. Stateless. */
final class Reasons {
  private Reasons() {}

  /** What is behind a failure. */
  static String of(JedisException failure) {
    Throwable root = root(failure);
    String expired =
        root instanceof CertificateExpiredException ? "its certificate has expired; " : "";
    return expired + line(root) + first(root);
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** A client that has asked several nodes in vain keeps the first answer like this. */
  private static String first(Throwable root) {
    Throwable[] suppressed = root.getSuppressed();
    return suppressed.length == 0 || suppressed[0] == null
        ? ""
        : " (" + line(root(suppressed[0])) + ")";
  }

  private static String line(Throwable failure) {
    return String.valueOf(failure.getMessage()).replace('\n', ' ');
  }
}
