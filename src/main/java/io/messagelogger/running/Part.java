package io.messagelogger.running;

import java.time.Duration;

/** A part of the service that runs from the start of the server to its end. */
public interface Part {

  /** What it is, as the log has it. */
  String name();

  /** Starts it; comes back at once. */
  void start();

  /**
   * Ends it. What is under way is finished or given up in good order; what is not done within the
   * limit is left.
   *
   * @return whether it ended in time
   */
  boolean stop(Duration limit) throws InterruptedException;
}
