package io.messagelogger.dev;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/**
 * One service that was chosen. Immutable.
 *
 * @param environment how a server is told of it; contains secrets
 * @param description what it is, in a phrase
 * @param process what ends with it; nothing for one that others started
 */
record Service(Map<String, String> environment, String description, Closeable process)
    implements Closeable {

  /** One that others started and stop. */
  static Service external(Map<String, String> environment, String description) {
    return new Service(environment, description, () -> {});
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
