package io.messagelogger.bench;

import java.util.function.Supplier;

/**
 * An operation that is measured. Used by one thread.
 *
 * @param name what the report calls it
 * @param requests answers the next request of this kind
 */
record Question(String name, Supplier<Request> requests) {

  /**
   * One request, and what its answer must be.
   *
   * @param path with the query
   * @param status of the answer
   * @param messages how many the answer holds
   */
  record Request(String path, int status, int messages) {}
}
